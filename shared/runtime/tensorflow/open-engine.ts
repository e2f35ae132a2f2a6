import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import type { NativePart } from '../native-parts';

/**
 * Loads TensorFlow and makes it tfjs's backend of this process. First version: the processor's binding only.
 */
export async function openTensorBackend(part: NativePart, threads: number): Promise<{ readonly name: string }> {
  if (!part.found) throw new Error(part.remedy);
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_NUM_INTEROP_THREADS = '1';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const load = createRequire(__filename);
  const util = load('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  load('@tensorflow/tfjs-node/dist/register_all_kernels');
  const { NodeJSKernelBackend } = load('@tensorflow/tfjs-node/dist/nodejs_kernel_backend') as {
    NodeJSKernelBackend: new (binding: unknown, packageName: string) => tf.KernelBackend;
  };
  const binding: unknown = load(part.path);
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 3);
  await tf.setBackend('tensorflow');
  return { name: 'tensorflow' };
}
