import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutants';
import { MUTANTS } from './mutants';

const ROOT = join(__dirname, '..', '..');

interface Verdict {
  readonly failed: number;
  readonly passed: number;
}

/**
 * Breaks a copy of the checkout in each of the ways of `MUTANTS`, one at a time, and runs the tests that must fail of it.
 * Prints a Markdown table; exits 1 where one survives.
 *
 *   node tests/support/run-typescript.mjs tests/mutants/main.ts [part of a name…]
 */
function main(wanted: readonly string[]): number {
  const chosen = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  const copy = copyOfTree();
  let survivors = 0;
  try {
    print('| broken on purpose | where | tests that fail | of |');
    print('| --- | --- | --- | --- |');
    for (const mutant of chosen) {
      const { failed, passed } = judge(mutant, copy);
      if (failed === 0) survivors += 1;
      const found = failed === 0 ? '**none: it survives**' : String(failed);
      print(`| ${mutant.name} | \`${mutant.file}\` | ${found} | ${String(failed + passed)} |`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  print(`\n${String(chosen.length)} mutants, ${String(survivors)} survived`);
  return survivors === 0 ? 0 : 1;
}

/** What git knows of the tree, as it stands, in a folder of its own; the packages by a link. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'candlewick-mutants-'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const file of files.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function judge({ file, find, replace, tests }: Mutant, copy: string): Verdict {
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    sound.replace(find, () => replace),
  );
  try {
    return run(tests, copy);
  } finally {
    writeFileSync(path, sound);
  }
}

/** A mutant that does not even load has shown nothing about the tests: only tests that ran and failed count. */
function run(tests: readonly string[], copy: string): Verdict {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const jest = join(copy, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = ['--silent', '--ci', '--runInBand', '--json', `--outputFile=${report}`];
  spawnSync(process.execPath, [jest, ...options, ...tests], { cwd: copy, stdio: 'ignore' });
  const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
  return { failed: numFailedTests ?? 0, passed: numPassedTests ?? 0 };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = main(process.argv.slice(2));
