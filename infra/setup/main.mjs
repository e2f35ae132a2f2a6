/**
 * Sets up what a command needs: packages, build, native parts. Run by `./candlewick` before every command.
 *
 * `--if-needed` looks only at stamps, existence and sizes, and is silent when nothing is to do; without it the bytes of the
 * native parts are checked too. `--keep-going` reports a native part that cannot be set up and goes on (for `doctor`). `--tests` sets
 * up what only the tests need, too: an S3 server.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, buildReady, checkoutLock } from './build.mjs';
import { dependenciesReady, setUpDependencies } from './dependencies.mjs';
import { libgompReady, setUpLibgomp } from './libgomp.mjs';
import { lightgbmReady, setUpLightgbm } from './lightgbm.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, PROJECT_ROOT } from './paths.mjs';
import { say } from './progress.mjs';
import { killRunning } from './run-command.mjs';
import { s3ServerReady, setUpS3Server } from './s3-server.mjs';
import { SetupError } from './setup-error.mjs';
import { setUpTemporal, temporalReady } from './temporal-server.mjs';
import { setUpTensorflow, tensorflowReady } from './tensorflow.mjs';

const flags = new Set(process.argv.slice(2));
const ifNeeded = flags.has('--if-needed');
const forTests = flags.has('--tests');
const root = PROJECT_ROOT;
const { env } = process;

// A development server is of no use to whoever names a server that runs elsewhere.
const needsServer = !ifNeeded || !env.TEMPORAL_ADDRESS;

function checkoutReady() {
  return dependenciesReady(root) && buildReady(root);
}

function nativeReady(cache) {
  const boosting = lightgbmReady(cache, env) && libgompReady(cache);
  const servers = (!needsServer || temporalReady(cache, env)) && (!forTests || s3ServerReady(cache, env));
  return boosting && tensorflowReady(cache, env) && servers;
}

async function setUpCheckout() {
  await withLock(checkoutLock(root), async () => {
    await setUpDependencies(root, env);
    await build(root);
  });
}

async function setUpNative(cache) {
  await withLock(join(cache, '.setup-lock'), async () => {
    removeLeftovers(cache);
    await nativeStep(async () => {
      await setUpLightgbm(cache, env);
      await setUpLibgomp(cache, root, env);
    });
    if (!ifNeeded || !tensorflowReady(cache, env)) await nativeStep(() => setUpTensorflow(cache, root, env));
    if (needsServer) await nativeStep(() => setUpTemporal(cache, root, env));
    if (forTests) await nativeStep(() => setUpS3Server(cache, env));
  });
}

async function nativeStep(step) {
  try {
    await step();
  } catch (error) {
    if (!flags.has('--keep-going') || !(error instanceof SetupError)) throw error;
    report(error);
  }
}

/** Folders of a set-up that was killed; the caller holds the lock, so nobody is at work in them. */
function removeLeftovers(cache) {
  mkdirSync(cache, { recursive: true });
  readdirSync(cache)
    .filter((name) =>
      ['.wheel-', '.temporal-', '.tensorflow-', '.versitygw-'].some((prefix) => name.startsWith(prefix)),
    )
    .forEach((name) => rmSync(join(cache, name), { recursive: true, force: true }));
}

function report(error) {
  if (error.detail) error.detail.split('\n').forEach((line) => say(`    ${line.slice(0, 300)}`));
  say(error.message);
}

/** One sentence for whatever stopped the set-up. */
function asSetupError(error, cache) {
  if (error instanceof SetupError) return error;
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(error.code)) {
    return new SetupError(
      `The set-up cannot write to ${error.path ?? cache}; give write permission there, or point CANDLEWICK_CACHE at a folder of your own, then run ./candlewick setup again.`,
    );
  }
  if (error.code === 'ENOSPC') {
    return new SetupError(
      `The disk is full; free about 3 GB (with a GPU 12 GB) near ${cache}, then run ./candlewick setup again.`,
    );
  }
  return new SetupError(
    `The set-up failed: ${error.message}; run ./candlewick setup again, and report this if it stays.`,
    error.stack,
  );
}

async function main(cache) {
  if (ifNeeded && checkoutReady() && nativeReady(cache)) return;
  say('Setting up Candlewick (what is done stays done)');
  if (!checkoutReady()) await setUpCheckout();
  if (!ifNeeded || !nativeReady(cache)) await setUpNative(cache);
  if (nativeReady(cache)) say(`Everything is set up; native parts are in ${cache}`);
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    killRunning();
    process.exit(code);
  });
}

const cache = cacheFolder(env);
try {
  await main(cache);
} catch (error) {
  report(asSetupError(error, cache));
  process.exitCode = 1;
}
