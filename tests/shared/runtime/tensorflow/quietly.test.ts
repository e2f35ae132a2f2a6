import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { withoutNoise } from '../../../../shared/runtime/tensorflow/quietly';

const NOTE = 'I0000 00:00:1795262259.702317   31121 port.cc:153] oneDNN custom operations are on.';
const FATAL = 'F0000 00:00:1795262259.702317   31121 cpu_feature_guard.cc:20] compiled to use AVX instructions';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlewick-quietly-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a new process writes to its standard error when `body` runs quietly. */
function standardErrorOf(body: string): string {
  const root = resolve(__dirname, '..', '..', '..', '..');
  const entry = join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `const { quietly } = require('${root}/shared/runtime/tensorflow/quietly.ts');
     const write = (text) => require('node:fs').writeSync(2, text + '\\n');
     quietly(() => { ${body} }).catch(() => {}).then(() => write('after'));`,
  );
  const runner = join(root, 'tests', 'support', 'run-typescript.mjs');
  return spawnSync(process.execPath, [runner, entry], { cwd: root, encoding: 'utf8' }).stderr;
}

describe('quietly', () => {
  it('drops notes, and lets through whatever else was written', () => {
    expect(withoutNoise(`${NOTE}\nsomething else\n${FATAL}\n`)).toBe(`something else\n${FATAL}\n`);
  });

  it('keeps back what native code writes past JavaScript, and nothing afterwards', () => {
    expect(standardErrorOf(`write(${JSON.stringify(NOTE)}); write('words');`)).toBe('words\nafter\n');
  });

  it('tells everything where the work throws', () => {
    expect(standardErrorOf(`write(${JSON.stringify(NOTE)}); throw new Error('no');`)).toBe(`${NOTE}\nafter\n`);
  });
});
