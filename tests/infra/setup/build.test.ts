import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from './evaluate';
import { temporaryFolder, writeFiles } from './temporary-folder';

const folder = temporaryFolder();

// A compiler of three lines: what is tested here is when it is called and what is done about its outcome.
const FAKE_COMPILER = `
  const fs = require('node:fs');
  fs.appendFileSync('calls', 'x');
  if (fs.existsSync('broken')) { console.log('cli/main.ts(1,1): error TS1005'); process.exit(2); }
  fs.mkdirSync('dist/cli', { recursive: true });
  fs.writeFileSync('dist/cli/main.js', '');`;

beforeEach(() => {
  writeFiles(folder(), {
    'node_modules/typescript/bin/tsc': FAKE_COMPILER,
    'cli/main.ts': 'export {};',
    'tsconfig.json': '{}',
    calls: '',
  });
});

const ready = (): unknown => evaluate(['build'], 'return m.buildReady(input);', folder());
const build = (): unknown =>
  evaluate(
    ['build'],
    'try { await m.build(input); return null; } catch (error) { return [error.message, error.detail]; }',
    folder(),
  );
const calls = (): unknown =>
  evaluate([], `return (await import('node:fs')).readFileSync(input + '/calls', 'utf8').length;`, folder());

describe('build', () => {
  it('builds once, and not again while nothing changes', () => {
    expect(ready()).toBe(false);
    expect(build()).toBeNull();
    expect(ready()).toBe(true);
    expect(build()).toBeNull();
    expect(calls()).toBe(1);
  });

  it.each([
    ['a source is edited', (root: string): void => writeFileSync(join(root, 'cli', 'main.ts'), 'export const a = 1;')],
    ['a source is added', (root: string): void => writeFiles(root, { 'domain/core/new.ts': '' })],
    ['the settings change', (root: string): void => writeFileSync(join(root, 'tsconfig.json'), '{ "a": 1 }')],
    ['the output is gone', (root: string): void => rmSync(join(root, 'dist', 'cli', 'main.js'))],
    ['the build was cut off', (root: string): void => rmSync(join(root, 'dist', '.build-stamp'))],
  ])('is due when %s', (_name, change) => {
    expect(build()).toBeNull();
    change(folder());
    expect(ready()).toBe(false);
  });

  it('hands on what the compiler says, in one closing sentence, and is due again', () => {
    writeFiles(folder(), { broken: '' });
    expect(build()).toEqual([
      'The sources do not compile: mend the errors listed above, then run ./candlewick setup again.',
      'cli/main.ts(1,1): error TS1005',
    ]);
    expect(ready()).toBe(false);
  });

  it('removes outputs whose source is gone, and forgets the record of a compiler whose output was deleted', () => {
    expect(build()).toBeNull();
    writeFiles(folder(), {
      'dist/cli/old.js': '',
      'dist/cli/old.js.map': '',
      'dist/.tsbuildinfo-build': '{}',
      'cli/new.ts': '',
    });
    expect(evaluate(['build'], 'return m.compareOutputs(input);', folder())).toEqual({
      stale: ['cli/old.js'],
      incomplete: true,
    });
    build();
    const left = `const { existsSync } = await import('node:fs'); return input.map((path) => existsSync(path));`;
    const paths = ['dist/cli/old.js', 'dist/cli/old.js.map', 'dist/.tsbuildinfo-build'].map((path) =>
      join(folder(), path),
    );
    expect(evaluate([], left, paths)).toEqual([false, false, false]);
  });
});
