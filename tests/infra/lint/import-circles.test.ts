import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'candlewick-circles-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The files that the project's own rule refuses; ESLint runs in a process of its own (it is an ES module). */
function refusedOf(files: Readonly<Record<string, string>>): unknown {
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
  const child = spawnSync(process.execPath, [join(__dirname, 'lint-circles.mjs'), folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
}

// The rule is silent, not broken, where its plugin cannot read TypeScript: then only files such as these tell.
describe('import circles', () => {
  it('are refused in every file of the circle, and in no file that only leads into it', () => {
    const refused = refusedOf({
      'a.ts': `import { b } from './b';\nexport const a = (): number => b();\n`,
      'b.ts': `import { c } from './c';\nexport const b = (): number => c();\n`,
      'c.ts': `export { a as c } from './a';\n`,
      'into.ts': `import { a } from './a';\nexport const into = (): number => a();\n`,
    });
    expect(refused).toEqual(['a.ts', 'b.ts', 'c.ts']);
  });

  it('of which types close the round are none', () => {
    const refused = refusedOf({
      'a.ts': `import { b } from './b';\nexport type A = number;\nexport const a = (): A => b();\n`,
      'b.ts': `import type { A } from './a';\nexport const b = (): A => 1;\n`,
    });
    expect(refused).toEqual([]);
  });
});
