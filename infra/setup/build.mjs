import { existsSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { PROJECT_ROOT } from './paths.mjs';
import { say, withProgress } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import { filesBelow, fingerprint, readStamp, writeAtomically } from './stamp.mjs';

/** The folders that are compiled; the same as in `tsconfig.build.json`. */
const ROOMS = [
  ...['domain', 'shared', 'training', 'inference', 'reporting'],
  ...['workflows', 'activities', 'workers', 'cli', 'infra', 'bench'],
];
const EXIT_ZERO = { succeeded: ({ code }) => code === 0 };
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Whether `dist/` was built from the sources as they are now. */
export function buildReady(root) {
  if (readStamp(stampPath(root)) !== sourceFingerprint(root)) return false;
  return !existsSync(join(root, 'cli', 'main.ts')) || existsSync(join(root, 'dist', 'cli', 'main.js'));
}

/** Compiles the sources and bundles the workflows when something changed since the last build. */
export async function build(root, { force = false } = {}) {
  if (!force && buildReady(root)) return;
  // Taken before the compiler reads: an edit made meanwhile is then noticed at the next start.
  const built = sourceFingerprint(root);
  rmSync(stampPath(root), { force: true });
  removeStaleOutputs(root);
  await compile(root);
  await bundleWorkflows(root);
  writeAtomically(stampPath(root), `${built}\n`);
}

/** Names of files in `dist/` whose source is gone, and whether any source lacks its output; paths relative to `root`. */
export function compareOutputs(root) {
  const sources = sourceFiles(root).map((path) => relative(root, path).replace(/\.ts$/, '.js'));
  const wanted = new Set(sources);
  const present = ROOMS.flatMap((room) => filesBelow(join(root, 'dist', room), (name) => name.endsWith('.js')));
  const stale = present.map((path) => relative(join(root, 'dist'), path)).filter((path) => !wanted.has(path));
  return { stale, incomplete: sources.some((path) => !existsSync(join(root, 'dist', path))) };
}

function removeStaleOutputs(root) {
  const { stale, incomplete } = compareOutputs(root);
  for (const path of stale) {
    rmSync(join(root, 'dist', path), { force: true });
    rmSync(join(root, 'dist', `${path}.map`), { force: true });
  }
  // The compiler's own record says what it wrote; without this it would not write a file again that was deleted since.
  if (incomplete) rmSync(buildInfoPath(root), { force: true });
}

async function compile(root) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '-p', 'tsconfig.build.json', '--tsBuildInfoFile', buildInfoPath(root), '--pretty', 'false'];
  const result = await withProgress('Compiling', () => runCommand(process.execPath, args, { cwd: root }), EXIT_ZERO);
  if (result.code === 0) return;
  throw new SetupError(
    'The sources do not compile: mend the errors listed above, then run ./candlewick setup again.',
    result.output,
  );
}

async function bundleWorkflows(root) {
  const script = join(root, 'dist', 'workers', 'build-bundle.js');
  if (!existsSync(script)) return;
  const result = await withProgress(
    'Bundling the workflows',
    () => runCommand(process.execPath, [script], { cwd: root }),
    EXIT_ZERO,
  );
  if (result.code === 0) return;
  throw new SetupError(
    'The workflow bundle could not be built: mend the error shown above, then run ./candlewick setup again.',
    result.output,
  );
}

const stampPath = (root) => join(root, 'dist', '.build-stamp');
const buildInfoPath = (root) => join(root, 'dist', '.tsbuildinfo-build');
const isSource = (name) => name.endsWith('.ts') && !name.endsWith('.d.ts');
const sourceFiles = (root) => ROOMS.flatMap((room) => filesBelow(join(root, room), isSource));

function sourceFingerprint(root) {
  const settings = SETTINGS.map((name) => join(root, name)).filter((path) => existsSync(path));
  return fingerprint([...sourceFiles(root), ...settings]);
}

/** The lock of whatever writes into the checkout: `node_modules` and `dist`. */
export const checkoutLock = (root) => join(root, 'dist', '.setup-lock');

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await withLock(checkoutLock(PROJECT_ROOT), () => build(PROJECT_ROOT, { force: true }));
  } catch (error) {
    if (error.detail) say(error.detail);
    say(error.message);
    process.exitCode = 1;
  }
}
