import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORM } from './paths.mjs';
import { withProgress } from './progress.mjs';
import { findProgram, runCommand } from './run-command.mjs';
import { listProcesses, processesUsing } from './running-processes.mjs';
import { SetupError } from './setup-error.mjs';
import { hashText, readStamp, writeAtomically } from './stamp.mjs';

const AGAIN = 'then run ./candlewick setup again';
const NATIVE_PACKAGES = ['nodejs-polars', '@temporalio/core-bridge', 'koffi'];

/** Whether `node_modules` is what `package-lock.json` asks for, by the stamp that a finished installation leaves. */
export function dependenciesReady(root) {
  return readStamp(stampPath(root)) === wantedStamp(root);
}

/** Installs the locked packages when they are not in place, and checks that those with native code load. */
export async function setUpDependencies(root, env) {
  if (dependenciesReady(root)) return;
  if (
    !matchesLock(readJson(join(root, 'package-lock.json')), readJson(join(root, 'node_modules', '.package-lock.json')))
  ) {
    await install(root, env);
  }
  await checkNativePackages(root);
  writeAtomically(stampPath(root), `${wantedStamp(root)}\n`);
}

/**
 * Whether an existing `node_modules` (npm's own record of it) holds every package of the lock file in its version. Packages
 * that are missing must be optional: those of other platforms. Spares whoever ran `npm ci` a second installation.
 */
export function matchesLock(lock, installed) {
  if (lock === null || installed === null) return false;
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  const same = (a, b) => a.version === b.version && a.integrity === b.integrity;
  return (
    wanted.every(([path, entry]) => {
      const found = installed.packages[path];
      return found === undefined ? entry.optional === true || entry.devOptional === true : same(entry, found);
    }) && Object.keys(installed.packages).every((path) => lock.packages[path] !== undefined)
  );
}

/**
 * Ends the npm of a set-up that was killed: it goes on by itself and would write into the folder that the next one empties.
 * The caller holds the checkout's lock, so no living set-up can be waiting for it.
 */
export function endOrphanedInstall(root) {
  const pid = Number(readStamp(npmPidPath(root)));
  const isNpm = pid > 0 && listProcesses().some((entry) => entry.pid === pid && /\bnpm\b.*\bci\b/.test(entry.args));
  if (isNpm) process.kill(-pid, 'SIGKILL');
  rmSync(npmPidPath(root), { force: true });
}

async function install(root, env) {
  const npm = findProgram('npm', env);
  if (npm === null) {
    throw new SetupError(`The packages are not installed: npm was not found; install Node.js with its npm, ${AGAIN}.`);
  }
  endOrphanedInstall(root);
  const users = existsSync(join(root, 'node_modules')) ? processesUsing(root) : [];
  if (users.length > 0) {
    const pids = users.map(({ pid }) => pid).join(', ');
    throw new SetupError(
      `The packages of this checkout must be renewed, but a process is using them (pid ${pids}); end it with ./candlewick stop, ${AGAIN}.`,
    );
  }
  const args = ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=http'];
  const errors = [];
  const result = await withProgress(
    'Installing the packages (npm ci)',
    (note) => {
      let fetched = 0;
      const onLine = (line) => {
        if (line.includes('http fetch')) note(`${(fetched += 1)} fetched`);
        // What npm says first is the cause; a page of usage and log paths may follow.
        if (/^npm (error|ERR!) \S/.test(line) && errors.length < 12) errors.push(line);
      };
      const onStart = (pid) => writeAtomically(npmPidPath(root), `${pid}\n`);
      return runCommand(npm, args, { cwd: root, env, onStart, onLine });
    },
    { succeeded: ({ code }) => code === 0 },
  );
  rmSync(npmPidPath(root), { force: true });
  if (result.code === 0) return;
  throw new SetupError(
    `The packages could not be installed: npm ci failed; check that the package registry can be reached and the disk has room, ${AGAIN}.`,
    errors.join('\n'),
  );
}

async function checkNativePackages(root) {
  for (const name of NATIVE_PACKAGES) {
    const result = await runCommand(process.execPath, ['-e', `require(${JSON.stringify(name)})`], { cwd: root });
    if (result.code === 0) continue;
    throw new SetupError(
      `The package ${name} does not load on ${PLATFORM}: it is made for Linux with glibc and for macOS, on x64 and arm64; use such a machine, or remove node_modules, ${AGAIN}.`,
      result.output,
    );
  }
}

const npmPidPath = (root) => join(root, 'dist', '.npm-ci-pid');
const stampPath = (root) => join(root, 'node_modules', '.candlewick-lock-hash');
const wantedStamp = (root) => hashText(`${PLATFORM}\n${readFileSync(join(root, 'package-lock.json'), 'utf8')}`);

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
