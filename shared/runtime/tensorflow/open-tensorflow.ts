import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import type { FoundPart } from './choose-library';
import { tensorEnvironment } from './environment';
import { quietly } from './quietly';

const BACKEND = 'tensorflow';

/** What is asked of tfjs-node's backend here. */
interface NodeBackend extends tf.KernelBackend {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
}

/**
 * Loads TensorFlow by tfjs-node's binding, with its kernels, and makes it tfjs's backend. Throws an Error in the loader's words
 * where it does not load, and a RangeError where it is loaded already in another way.
 */
export async function openTensorFlow(
  part: FoundPart,
  device: 'cpu' | 'gpu',
  threads: number,
): Promise<tf.KernelBackend> {
  const loaded = tf.findBackend(BACKEND) as NodeBackend | null;
  if (loaded === null) {
    const backend = await load(part, device, threads);
    // Above tfjs's own backends, which register themselves with priorities up to 2.
    tf.registerBackend(BACKEND, () => backend, 3);
  } else {
    requireSame(loaded, device, threads);
  }
  await tf.setBackend(BACKEND);
  return tf.backend();
}

async function load(part: FoundPart, device: 'cpu' | 'gpu', threads: number): Promise<NodeBackend> {
  Object.assign(process.env, tensorEnvironment(threads));
  const require = createRequire(__filename);
  addMissingUtilities(require('node:util') as object);
  const binding = await quietly(() => require(part.path) as unknown);
  // Not the package's main entry, which looks for a binding inside node_modules.
  require('@tensorflow/tfjs-node/dist/register_all_kernels');
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node/dist/nodejs_kernel_backend') as {
    NodeJSKernelBackend: new (binding: unknown, packageName: string) => NodeBackend;
  };
  // Both packages have the same code and are told apart by this name alone.
  const packageName = device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  const backend = new NodeJSKernelBackend(binding, packageName);
  if (device === 'gpu' && !backend.isUsingGpuDevice) {
    throw new Error(
      'TensorFlow finds no usable GPU (no driver, a CUDA library that is missing from LD_LIBRARY_PATH, or a device that is too old)',
    );
  }
  return backend;
}

function requireSame(loaded: NodeBackend, device: 'cpu' | 'gpu', threads: number): void {
  const present = process.env.TF_NUM_INTRAOP_THREADS ?? '';
  if (present !== String(threads)) {
    throw new RangeError(
      `TensorFlow is loaded with ${present} threads and cannot change to ${threads}: start another process for that.`,
    );
  }
  if (loaded.isGPUPackage !== (device === 'gpu')) {
    throw new RangeError(
      `TensorFlow is loaded for another device and cannot change to ${device}: start another process for that.`,
    );
  }
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node.js 23 and later no longer have. */
function addMissingUtilities(util: { isNullOrUndefined?: (value: unknown) => boolean }): void {
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
