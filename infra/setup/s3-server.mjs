import { join } from 'node:path';
import { goInstall } from './go-install.mjs';
import { isInPlace, isIntact, moveIntoCache, partOf, readManifest, recordPart } from './native-manifest.mjs';
import { PLATFORM } from './paths.mjs';
import { VERSITYGW_MODULE, VERSITYGW_PACKAGE, VERSITYGW_VERSION } from './pins.mjs';
import { findProgram, isExecutable, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const NOT_SET_UP = 'The S3 server of the tests is not set up';
const INSTEAD = 'point CANDLEWICK_S3_SERVER at a versitygw binary, then run npm test again';

/** Whether the S3 server that the tests start is in place: the one that the environment names, or the recorded one. */
export function s3ServerReady(cache, env) {
  if (env.CANDLEWICK_S3_SERVER) return isExecutable(env.CANDLEWICK_S3_SERVER);
  return isInPlace(readManifest(cache).parts.versitygw);
}

/**
 * Finds or makes versitygw, the S3 server against which the tests run: the environment's, the recorded one, one on the PATH,
 * and at last a build with Go. Only the tests need it; no command does.
 */
export async function setUpS3Server(cache, env) {
  if (env.CANDLEWICK_S3_SERVER) return checkNamed(env.CANDLEWICK_S3_SERVER, env);
  const recorded = readManifest(cache).parts.versitygw;
  if (recorded !== undefined && (await isIntact(recorded))) return;
  const onPath = findProgram('versitygw', env);
  if (onPath !== null && (await runs(onPath, env))) {
    recordPart(cache, 'versitygw', await partOf(onPath, 'unknown', 'PATH'));
    return;
  }
  await buildS3Server(cache, env);
}

/** Builds the pinned server with Go. */
async function buildS3Server(cache, env) {
  await goInstall(
    {
      name: 'versitygw',
      module: VERSITYGW_MODULE,
      package: VERSITYGW_PACKAGE,
      label: `Building the S3 server of the tests, versitygw ${VERSITYGW_VERSION}, with Go (about 1 minute)`,
      notSetUp: NOT_SET_UP,
      noGo: 'no Go to build it with was found',
      unreachable: 'the Go module proxy cannot be reached',
      instead: INSTEAD,
    },
    cache,
    env,
    (file) => keep(cache, file, env),
  );
}

async function keep(cache, file, env) {
  if (!(await runs(file, env)))
    throw new SetupError(`${NOT_SET_UP}: the binary that Go built does not run; ${INSTEAD}.`);
  const target = join(cache, `versitygw-${VERSITYGW_VERSION}-${PLATFORM}`, 'versitygw');
  moveIntoCache(file, target);
  recordPart(cache, 'versitygw', await partOf(target, VERSITYGW_VERSION, `go install ${VERSITYGW_PACKAGE}`));
}

async function checkNamed(path, env) {
  if (isExecutable(path) && (await runs(path, env))) return;
  throw new SetupError(
    `CANDLEWICK_S3_SERVER names ${path}, which is not a versitygw that runs; point it at one, or unset it to have one built.`,
  );
}

/** A build by `go install` does not know its version: that it answers to its name is what can be seen. */
async function runs(path, env) {
  const { code, output } = await runCommand(path, ['--version'], { env, timeoutMs: 30_000 });
  return code === 0 && /^Version\s*:/m.test(output);
}
