import type { NativeParts } from '../shared/runtime/native-parts';
import { chooseTensorLibrary, type TensorLibraryChoice } from '../shared/runtime/tensorflow/choose-library';
import { gpuIsVisible, tensorLibraryWanted } from '../shared/runtime/tensorflow/device';
import { tensorChildEnvironment } from '../shared/runtime/tensorflow/environment';
import { damageOf, missing, ok, runScript, type Check } from './doctor-checks';

const NAME = 'TensorFlow';

/**
 * What nets will be computed by, and whether it works: in a process of its own two matrices are multiplied with it. Without
 * TensorFlow nets run on the WASM backend, so that is no hindrance; a TensorFlow that is there and does not load is one.
 */
export async function checkTensorLibrary(parts: NativeParts, env: NodeJS.ProcessEnv, root: string): Promise<Check> {
  const choice = chosen(parts, env);
  if (typeof choice === 'string') return missing(NAME, choice);
  const { kind, part, reason } = choice;
  const damage = await firstDamage(choice);
  if (damage !== null) return missing(NAME, damage, part.version);
  const childEnv = { ...env, ...tensorChildEnvironment(choice, 1, env) };
  const answer = await runScript(kind === 'wasm' ? WASM_PROBE : TENSORFLOW_PROBE, [part.path, kind], root, childEnv);
  if (!answer.ok) {
    return missing(NAME, `${part.path} does not load (${answer.reason}); run ./candlewick setup`, part.version);
  }
  if (kind !== 'wasm') return ok(NAME, part.version, `${reason}: ${part.path}`);
  return { part: NAME, state: parts.tensorflow.found ? 'ok' : 'absent', version: '', note: `nets run on ${reason}` };
}

/** The choice, or why there is none. */
function chosen(parts: NativeParts, env: NodeJS.ProcessEnv): TensorLibraryChoice | string {
  try {
    const wanted = tensorLibraryWanted(env);
    const choice = chooseTensorLibrary({ parts, wanted, threads: 1, deviceVisible: gpuIsVisible(env) });
    return choice.ok ? choice.value : choice.fault.message;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function firstDamage({ part }: TensorLibraryChoice): Promise<string | null> {
  for (const { path, sha256 } of [part, ...(part.companions ?? [])]) {
    const damage = part.sha256 === null ? null : await damageOf(path, sha256);
    if (damage !== null) return damage;
  }
  return null;
}

const MULTIPLY = `
  const multiply = () => {
    const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync();
    if (product.join() !== '19,22,43,50') throw new Error('a product of matrices came out as ' + product.join());
  };
  const failed = (error) => { console.error('Error: ' + error.message); process.exitCode = 1; };`;

const TENSORFLOW_PROBE = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const tf = require('@tensorflow/tfjs-core');
  ${MULTIPLY}
  const [path, kind] = process.argv.slice(1);
  const binding = require(path);
  require('@tensorflow/tfjs-node/dist/register_all_kernels');
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node/dist/nodejs_kernel_backend');
  const backend = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node');
  if (kind === 'gpu' && !backend.isUsingGpuDevice) throw new Error('TensorFlow finds no usable GPU');
  tf.registerBackend('tensorflow', () => backend);
  tf.setBackend('tensorflow').then(multiply).catch(failed);`;

const WASM_PROBE = `
  const tf = require('@tensorflow/tfjs-core');
  ${MULTIPLY}
  require('@tensorflow/tfjs-backend-wasm').setWasmPaths(process.argv[1] + '/dist/');
  tf.setBackend('wasm').then(multiply).catch(failed);`;
