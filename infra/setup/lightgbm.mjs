import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isInPlace, isIntact, moveIntoCache, partOf, readManifest, recordPart } from './native-manifest.mjs';
import { PLATFORM } from './paths.mjs';
import { LIGHTGBM_VERSION } from './pins.mjs';
import { withProgress } from './progress.mjs';
import { withWheel } from './python-wheel.mjs';
import { SetupError } from './setup-error.mjs';

const FILE_NAME = process.platform === 'darwin' ? 'lib_lightgbm.dylib' : 'lib_lightgbm.so';

/** Whether LightGBM's library is in place: the one that the environment names, or the recorded one. */
export function lightgbmReady(cache, env) {
  if (env.CANDLEWICK_LIGHTGBM_LIB) return existsSync(env.CANDLEWICK_LIGHTGBM_LIB);
  const part = readManifest(cache).parts.lightgbm;
  return isInPlace(part) && part.version === LIGHTGBM_VERSION;
}

/** Puts LightGBM's library into the cache out of its pinned wheel, unless it is there with the right bytes. */
export async function setUpLightgbm(cache, env) {
  if (env.CANDLEWICK_LIGHTGBM_LIB) {
    if (existsSync(env.CANDLEWICK_LIGHTGBM_LIB)) return;
    throw new SetupError(
      `CANDLEWICK_LIGHTGBM_LIB names ${env.CANDLEWICK_LIGHTGBM_LIB}, which does not exist; point it at lib_lightgbm, or unset it to have LightGBM ${LIGHTGBM_VERSION} fetched.`,
    );
  }
  const recorded = readManifest(cache).parts.lightgbm;
  if (recorded?.version === LIGHTGBM_VERSION && (await isIntact(recorded))) return;
  await withProgress(`Fetching LightGBM ${LIGHTGBM_VERSION}`, () => fetchLightgbm(cache, env));
}

function fetchLightgbm(cache, env) {
  const target = join(cache, `lightgbm-${LIGHTGBM_VERSION}-${PLATFORM}`, FILE_NAME);
  return withWheel({
    requirements: 'lightgbm.txt',
    cache,
    env,
    notSetUp: 'LightGBM is not set up',
    instead: 'point CANDLEWICK_LIGHTGBM_LIB at lib_lightgbm.so',
    use: async (unpacked) => {
      moveIntoCache(join(unpacked, 'lightgbm', 'lib', FILE_NAME), target);
      recordPart(cache, 'lightgbm', await partOf(target, LIGHTGBM_VERSION, `wheel lightgbm ${LIGHTGBM_VERSION}`));
    },
  });
}

/** The library that will be loaded: the one that the environment names, or the recorded one. */
export function lightgbmPath(cache, env) {
  if (env.CANDLEWICK_LIGHTGBM_LIB) return resolve(env.CANDLEWICK_LIGHTGBM_LIB);
  return readManifest(cache).parts.lightgbm?.path;
}
