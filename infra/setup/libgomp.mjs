import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lightgbmPath } from './lightgbm.mjs';
import { isInPlace, isIntact, moveIntoCache, partOf, readManifest, recordPart } from './native-manifest.mjs';
import { PLATFORM } from './paths.mjs';
import { SCIKIT_LEARN_VERSION } from './pins.mjs';
import { withProgress } from './progress.mjs';
import { withWheel } from './python-wheel.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const SYSTEM = { path: null, version: null, from: 'system', sha256: null, bytes: null };

/** Whether it is recorded where LightGBM's OpenMP runtime comes from, and the file, if one is ours, is in place. */
export function libgompReady(cache) {
  return isInPlace(readManifest(cache).parts.libgomp);
}

/**
 * Finds an OpenMP runtime for LightGBM by loading the library: with the system's, else with the one out of the pinned
 * scikit-learn wheel. Loading is the only test that cannot be fooled by a file of another processor or C library.
 */
export async function setUpLibgomp(cache, root, env) {
  const library = lightgbmPath(cache, env);
  const recorded = readManifest(cache).parts.libgomp;
  const ours = recorded?.path != null && (await isIntact(recorded)) ? recorded.path : null;
  const found = await tryLoad(root, library, ours);
  if (found.loaded) {
    if (ours === null) recordPart(cache, 'libgomp', SYSTEM);
    return;
  }
  if (process.platform === 'darwin' && found.reason.includes('libomp')) {
    throw new SetupError(
      'LightGBM does not load: it needs libomp; run `brew install libomp`, then ./candlewick setup again.',
      found.reason,
    );
  }
  if (!found.reason.includes('libgomp')) throw doesNotLoad(library, found.reason);
  const path = await withProgress('Fetching libgomp', () => fetchLibgomp(cache, env));
  const second = await tryLoad(root, library, path);
  if (!second.loaded) throw doesNotLoad(library, second.reason);
}

/** Takes libgomp out of the pinned wheel, records it and answers with its path. */
function fetchLibgomp(cache, env) {
  const target = join(cache, `libgomp-${SCIKIT_LEARN_VERSION}-${PLATFORM}`, 'libgomp.so.1');
  return withWheel({
    requirements: 'libgomp.txt',
    // Any of the wheels carries the same libgomp; one Python version is named so that one hash a platform is enough.
    pipArgs: ['--implementation', 'cp', '--python-version', '3.12', '--abi', 'cp312'],
    cache,
    env,
    notSetUp: 'LightGBM is not set up: libgomp.so.1 is missing',
    instead: 'install libgomp1 (Debian, Ubuntu) or libgomp (Fedora)',
    use: async (unpacked) => {
      const folder = join(unpacked, 'scikit_learn.libs');
      const name = readdirSync(folder).find((file) => file.startsWith('libgomp'));
      if (name === undefined)
        throw new SetupError('LightGBM is not set up: the scikit-learn wheel carries no libgomp; install libgomp1.');
      const renamed = join(folder, 'libgomp.so.1');
      writeFileSync(renamed, withSystemName(readFileSync(join(folder, name)), name));
      moveIntoCache(renamed, target);
      recordPart(
        cache,
        'libgomp',
        await partOf(target, SCIKIT_LEARN_VERSION, `wheel scikit-learn ${SCIKIT_LEARN_VERSION}`),
      );
      return target;
    },
  });
}

/**
 * The library under the name that LightGBM asks for. Wheels rename what they bundle, also inside the file; the loader
 * matches a library that is loaded already by that inner name, so it is put back to `libgomp.so.1` (shorter: same length with zeros).
 */
export function withSystemName(bytes, bundledName) {
  const inner = Buffer.from(`${bundledName}\0`, 'latin1');
  const at = bytes.indexOf(inner);
  if (at < 0 || bytes.indexOf(inner, at + 1) >= 0) {
    throw new SetupError(`LightGBM is not set up: the bundled ${bundledName} is not as expected; install libgomp1.`);
  }
  const patched = Buffer.from(bytes);
  patched.fill(0, at, at + inner.length);
  patched.write('libgomp.so.1', at, 'latin1');
  return patched;
}

/** Loads LightGBM in a process of its own, so that a crash of the loader stays there. */
async function tryLoad(root, library, libgomp) {
  const script = `
    const koffi = require('koffi');
    const [library, libgomp] = process.argv.slice(1);
    if (libgomp) koffi.load(libgomp);
    koffi.load(library).func('const char *LGBM_GetLastError()')();`;
  const args = ['-e', script, library, ...(libgomp === null ? [] : [libgomp])];
  const result = await runCommand(process.execPath, args, { cwd: root, timeoutMs: 30_000 });
  return { loaded: result.code === 0, reason: result.output };
}

const doesNotLoad = (library, reason) =>
  new SetupError(
    `LightGBM does not load from ${library}: the loader's reason stands above; point CANDLEWICK_LIGHTGBM_LIB at a lib_lightgbm made for this machine, then run ./candlewick setup again.`,
    reason,
  );
