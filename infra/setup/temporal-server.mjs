import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goInstall } from './go-install.mjs';
import { isInPlace, isIntact, moveIntoCache, partOf, readManifest, recordPart } from './native-manifest.mjs';
import { PLATFORM } from './paths.mjs';
import { TEMPORAL_CLI_VERSION, TEMPORAL_GO_MODULE, TEMPORAL_GO_PACKAGE } from './pins.mjs';
import { say, withProgress } from './progress.mjs';
import { findProgram, isExecutable, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import { bytesIn, stallWatch } from './stall-watch.mjs';

const NOT_SET_UP = 'The Temporal server is not set up';
const INSTEAD = 'point CANDLEWICK_TEMPORAL_CLI at a temporal binary, then run ./candlewick setup again';

/** Whether a Temporal CLI is in place: the one that the environment names, or the recorded one. */
export function temporalReady(cache, env) {
  if (env.CANDLEWICK_TEMPORAL_CLI) return isExecutable(env.CANDLEWICK_TEMPORAL_CLI);
  return isInPlace(readManifest(cache).parts.temporal);
}

/**
 * Finds or makes the Temporal CLI, whose `server start-dev` is the server: the environment's, the recorded one, one on the
 * PATH, the SDK's download, and at last a build with Go.
 */
export async function setUpTemporal(cache, root, env) {
  if (env.CANDLEWICK_TEMPORAL_CLI) return checkNamed(env.CANDLEWICK_TEMPORAL_CLI, env);
  const recorded = readManifest(cache).parts.temporal;
  if (recorded !== undefined && (await isIntact(recorded))) return;
  if (await usePath(cache, env)) return;
  if (await downloadTemporal(cache, root, env)) return;
  await buildTemporal(cache, env);
}

/** What `temporal --version` says, for example `1.5.1 (Server 1.29.1, UI 2.42.1)`, or null when it is no Temporal CLI that runs. */
export async function versionOf(path, env) {
  const result = await runCommand(path, ['--version'], { env, timeoutMs: 30_000 });
  const [, version] = /^temporal version (.+)$/m.exec(result.output) ?? [];
  if (result.code !== 0 || version === undefined) return null;
  // A build by `go install` does not know its own version.
  return version.replace('0.0.0-DEV', TEMPORAL_CLI_VERSION);
}

/** Builds the pinned CLI with Go. */
export async function buildTemporal(cache, env) {
  await goInstall(
    {
      name: 'temporal',
      module: TEMPORAL_GO_MODULE,
      package: TEMPORAL_GO_PACKAGE,
      label: `Building the Temporal server ${TEMPORAL_CLI_VERSION} with Go (about 3 minutes)`,
      notSetUp: NOT_SET_UP,
      noGo: 'it could not be downloaded and no Go to build it with was found',
      unreachable: 'neither its download nor the Go module proxy can be reached',
      instead: INSTEAD,
    },
    cache,
    env,
    async (file) => {
      if (await keep(cache, file, `go install ${TEMPORAL_GO_PACKAGE}`, env)) return;
      throw new SetupError(`${NOT_SET_UP}: the binary that Go built does not run; ${INSTEAD}.`);
    },
  );
}

async function checkNamed(path, env) {
  if (isExecutable(path) && (await versionOf(path, env)) !== null) return;
  throw new SetupError(
    `CANDLEWICK_TEMPORAL_CLI names ${path}, which is not a Temporal CLI that runs; point it at a temporal binary, or unset it to have one set up.`,
  );
}

async function usePath(cache, env) {
  const path = findProgram('temporal', env);
  if (path === null) return false;
  const version = await versionOf(path, env);
  if (version === null) return false;
  recordPart(cache, 'temporal', await partOf(path, version, 'PATH'));
  return true;
}

/** Tries the SDK's own download. False when it is blocked: no new byte for ten seconds, or an error at once. */
async function downloadTemporal(cache, root, env) {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, '.temporal-'));
  const script = join(dirname(fileURLToPath(import.meta.url)), 'download-temporal-child.mjs');
  try {
    await withProgress(
      `Downloading the Temporal server ${TEMPORAL_CLI_VERSION}`,
      (note) =>
        runCommand(process.execPath, [script, folder, `v${TEMPORAL_CLI_VERSION}`], {
          cwd: root,
          env,
          stopWhen: stallWatch(() => bytesIn(folder), { note }),
        }),
      { succeeded: () => downloadedIn(folder) !== undefined },
    );
    const name = downloadedIn(folder);
    if (name !== undefined && (await keep(cache, join(folder, name), 'download of the Temporal SDK', env))) return true;
    say('  The download is blocked or failed; building from source instead');
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function keep(cache, file, from, env) {
  chmodSync(file, 0o755);
  const version = await versionOf(file, env);
  if (version === null) return false;
  const target = join(cache, `temporal-${TEMPORAL_CLI_VERSION}-${PLATFORM}`, 'temporal');
  moveIntoCache(file, target);
  recordPart(cache, 'temporal', await partOf(target, version, from));
  return true;
}

const downloadedIn = (folder) => readdirSync(folder).find((file) => !file.endsWith('.downloading'));
