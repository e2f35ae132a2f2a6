import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isInPlace, isIntact, partOf, readManifest, recordPart } from './native-manifest.mjs';
import { PLATFORM } from './paths.mjs';
import { TENSORFLOW_VERSION, TFJS_NODE_VERSION } from './pins.mjs';
import { say } from './progress.mjs';
import { SetupError } from './setup-error.mjs';
import { bindingBelow, librariesBelow } from './tensorflow-binding.mjs';
import { fetchCuda } from './tensorflow-cuda.mjs';
import { downloadPrebuilt } from './tensorflow-prebuilt.mjs';
import { probeTensorflow } from './tensorflow-probe.mjs';
import { gpuDeviceFile, gpuSeen, tensorflowWanted } from './tensorflow-wanted.mjs';
import { buildFromWheel } from './tensorflow-wheel.mjs';

/** The two builds: package, name in the record, and what is used without it. */
const VARIANTS = {
  cpu: { packageName: '@tensorflow/tfjs-node', part: 'tensorflow', otherwise: 'nets run on the slower WASM backend' },
  gpu: { packageName: '@tensorflow/tfjs-node-gpu', part: 'tensorflowGpu', otherwise: 'nets run on the processor' },
};

/**
 * Whether nothing is to be done for TensorFlow: what is wanted is in place, or it is recorded that it cannot be had here, which
 * only a full `./candlewick setup` tries again.
 */
export function tensorflowReady(cache, env) {
  if (env.CANDLEWICK_TENSORFLOW_BINDING) return existsSync(env.CANDLEWICK_TENSORFLOW_BINDING);
  const { parts } = readManifest(cache);
  const wanted = wantedOrNull(env);
  if (wanted === null) return false;
  const { variants, forced } = wanted;
  return variants.every((variant) => {
    const part = parts[VARIANTS[variant].part];
    return isCurrent(part, variant) || (!forced && part?.path === null);
  });
}

/**
 * Puts TensorFlow for tfjs-node into the cache, unless it is there with the right bytes: by the install script of the package,
 * else out of TensorFlow's wheel. Without either nets run on tfjs's WASM backend: that is said once, and is no failure unless
 * `CANDLEWICK_TENSORFLOW` asked for more.
 */
export async function setUpTensorflow(cache, root, env) {
  if (env.CANDLEWICK_TENSORFLOW_BINDING) return checkNamed(env.CANDLEWICK_TENSORFLOW_BINDING);
  const { variants, forced } = tensorflowWanted(env, await gpuSeen(env));
  for (const variant of variants) {
    const recorded = readManifest(cache).parts[VARIANTS[variant].part];
    if (isCurrent(recorded, variant) && (await isIntact(recorded))) continue;
    try {
      await setUpVariant(cache, root, env, variant);
    } catch (error) {
      if (forced || !(error instanceof SetupError)) throw error;
      doWithout(cache, variant, error);
    }
  }
}

/** Null where the environment asks for what does not exist: the set-up itself then says so. */
function wantedOrNull(env) {
  try {
    return tensorflowWanted(env, gpuDeviceFile());
  } catch {
    return null;
  }
}

/** Whether a recorded part is in place with its libraries, and is of the pinned versions. */
function isCurrent(part, variant) {
  if (part?.path == null || part.companions === undefined || !isInPlace(part)) return false;
  return part.version === TENSORFLOW_VERSION || part.from === prebuiltFrom(variant);
}

const prebuiltFrom = (variant) => `package ${VARIANTS[variant].packageName} ${TFJS_NODE_VERSION}`;

async function setUpVariant(cache, root, env, variant) {
  // The wheel goes first: its release is pinned by hash and is the one that everything here was measured and tested with.
  const fault = await makeIn(cache, (folder) => fromWheel(folder, cache, root, env, variant)).then(
    (made) => record(cache, variant, made),
    (error) => {
      if (error instanceof SetupError) return error;
      throw error;
    },
  );
  if (fault === undefined) return;
  say('  Building from the Python wheel failed; trying the download of the package itself');
  const made = await makeIn(cache, (folder) => prebuilt(folder, root, env, variant));
  if (made === null) throw fault;
  await record(cache, variant, made);
}

/**
 * Runs `make(folder)` on a fresh folder and keeps it under its name when it answers with `{ version, from }`, one rename after
 * everything was tried. Answers with that and the folder's last place, or null where `make` does.
 */
async function makeIn(cache, make) {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, '.tensorflow-'));
  try {
    const made = await make(folder);
    if (made === null) return null;
    const target = join(cache, `tensorflow-${made.version}-${made.variant}-${PLATFORM}`);
    // A damaged one is in the way; processes that loaded it keep what they have mapped.
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
    return { ...made, folder: target };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function prebuilt(folder, root, env, variant) {
  const packageFolder = packageIn(root, variant);
  if (!(await downloadPrebuilt({ folder, packageFolder, root, variant, env }))) return null;
  if (!existsSync(bindingBelow(folder))) return null;
  try {
    const version = await probeTensorflow(bindingBelow(folder), root, env);
    return { variant, version, from: prebuiltFrom(variant), libraryPath: [] };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return null;
  }
}

async function fromWheel(folder, cache, root, env, variant) {
  const from = await buildFromWheel({ folder, packageFolder: packageIn(root, variant), variant, cache, env });
  const libraryPath = variant === 'gpu' ? await fetchCuda(folder, cache, env) : [];
  const version = await probeTensorflow(bindingBelow(folder), root, env);
  return { variant, version, from, libraryPath };
}

async function record(cache, variant, { folder, version, from, libraryPath }) {
  const part = await partOf(bindingBelow(folder), version, from, librariesBelow(folder));
  const folders = libraryPath.map((path) => join(folder, path));
  recordPart(cache, VARIANTS[variant].part, folders.length === 0 ? part : { ...part, libraryPath: folders });
}

/** Records that a build cannot be had, and says it in one sentence. */
function doWithout(cache, variant, { message, detail }) {
  const { part, otherwise } = VARIANTS[variant];
  const sentence = `${message.replace(/\.$/, '')}; until then ${otherwise}.`;
  if (detail) detail.split('\n').forEach((line) => say(`    ${line.slice(0, 300)}`));
  say(sentence);
  const nothing = { path: null, version: null, sha256: null, bytes: null };
  recordPart(cache, part, { ...nothing, from: 'not available', remedy: message.replace(/\.$/, '') });
}

function checkNamed(path) {
  if (existsSync(path)) return;
  throw new SetupError(
    `CANDLEWICK_TENSORFLOW_BINDING names ${path}, which does not exist; point it at a tfjs_binding.node, or unset it to have TensorFlow ${TENSORFLOW_VERSION} set up.`,
  );
}

const packageIn = (root, variant) => join(root, 'node_modules', ...VARIANTS[variant].packageName.split('/'));
