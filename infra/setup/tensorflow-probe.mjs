import { runCommand } from './run-command.mjs';
import { NOT_SET_UP } from './tensorflow-words.mjs';
import { SetupError } from './setup-error.mjs';

const MARK = 'tensorflow-version ';

const SCRIPT = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const tf = require('@tensorflow/tfjs-core');
  require('@tensorflow/tfjs-node/dist/register_all_kernels');
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node/dist/nodejs_kernel_backend');
  const binding = require(process.argv[1]);
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'));
  tf.setBackend('tensorflow').then(() => {
    const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync();
    if (product.join() !== '19,22,43,50') throw new Error('a product of matrices came out as ' + product.join());
    console.log('\\n${MARK}' + binding.TF_Version);
  });`;

/**
 * Loads a binding and multiplies two matrices with it, in a process of its own, and answers with TensorFlow's version. Only
 * loading shows that a library fits this processor and this C library. The GPU's build is tried on the processor.
 */
export async function probeTensorflow(binding, root, env) {
  const probeEnv = { ...env, CUDA_VISIBLE_DEVICES: '-1', TF_CPP_MIN_LOG_LEVEL: '2' };
  const result = await runCommand(process.execPath, ['-e', SCRIPT, binding], {
    cwd: root,
    env: probeEnv,
    timeoutMs: 120_000,
  });
  const line = result.output.split('\n').find((text) => text.startsWith(MARK));
  if (result.code === 0 && line !== undefined) return line.slice(MARK.length);
  throw new SetupError(
    `${NOT_SET_UP}: it does not load on this machine (its words stand above); it needs x64 with AVX or arm64, and glibc 2.27 or newer.`,
    result.output,
  );
}
