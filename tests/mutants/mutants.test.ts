import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS } from './mutants';

const ROOT = join(__dirname, '..', '..');

describe('every mutant', () => {
  it.each(MUTANTS)('$name: still has its place in the source and its tests', ({ file, find, replace, tests }) => {
    expect(readFileSync(join(ROOT, file), 'utf8').split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
    expect(tests.length).toBeGreaterThan(0);
    for (const test of tests) expect(existsSync(join(ROOT, test))).toBe(true);
  });
});
