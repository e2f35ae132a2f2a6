/** `npm test`: sets up if needed, runs jest with the arguments given, and closes with the plain line `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT_ROOT } from './paths.mjs';

/** Passed and failed tests out of jest's JSON; a file that could not be run counts as one failed test. */
export function countTests(results) {
  return { passed: results.numPassedTests, failed: results.numFailedTests + results.numRuntimeErrorTestSuites };
}

function main(args) {
  // The tests start servers of their own and must not meet somebody else's.
  const env = { ...process.env };
  delete env.TEMPORAL_ADDRESS;
  const options = { cwd: PROJECT_ROOT, env, stdio: 'inherit' };
  const setupScript = join(PROJECT_ROOT, 'infra', 'setup', 'main.mjs');
  const setup = spawnSync(process.execPath, [setupScript, '--if-needed', '--tests'], options);
  if (setup.status !== 0) return setup.status ?? 1;

  const folder = mkdtempSync(join(tmpdir(), 'candlewick-test-'));
  try {
    const output = join(folder, 'results.json');
    const jest = join(PROJECT_ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
    // Two at a time: tests with a real server and workers share the machine.
    const workers = args.some((arg) => /^(-w|--maxWorkers|-i|--runInBand)/.test(arg)) ? [] : ['--maxWorkers=2'];
    const jestArgs = [jest, '--json', `--outputFile=${output}`, ...workers, ...args];
    const run = spawnSync(process.execPath, jestArgs, options);
    const { passed, failed } = countsIn(output);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    return run.status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countsIn(file) {
  try {
    return countTests(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, failed: 1 };
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv.slice(2));
}
