import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { wasmFile } from './describe-library';
import { lendKernels } from './lend-kernels';

const BACKEND = 'wasm';

/**
 * Makes tfjs's WASM backend the backend of this process, on one thread: tfjs offers no more in Node.js. The kernels that it
 * lacks and nets may need are lent by the plain JavaScript backend. Throws an Error where its binary does not load.
 */
export async function openWasm(packageFolder: string): Promise<tf.KernelBackend> {
  const present = EVENTS.map((event) => process.listeners(event as 'uncaughtException'));
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const binary = wasmFile(packageFolder);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': binary,
    'tfjs-backend-wasm-simd.wasm': binary,
    'tfjs-backend-wasm-threaded-simd.wasm': binary,
  });
  registerGradients();
  const started = await tf.setBackend(BACKEND);
  EVENTS.forEach((event, at) => removeOthers(event, present[at] ?? []));
  if (!started) throw new Error(`the WASM backend of tfjs does not start from ${binary}`);
  await lendKernels(BACKEND, packageFolder);
  return tf.backend();
}

/**
 * tfjs-core knows no gradient by itself, and its list of them is an ES module that Node.js cannot require. The package that holds
 * all of tfjs registers them; tfjs-node loads it as well.
 */
function registerGradients(): void {
  createRequire(__filename)('@tensorflow/tfjs');
}

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** Emscripten's code adds listeners that throw whatever they hear: a process with its own way of dying must not have them. */
function removeOthers(event: (typeof EVENTS)[number], present: readonly unknown[]): void {
  for (const listener of process.listeners(event as 'uncaughtException')) {
    if (!present.includes(listener)) process.removeListener(event, listener);
  }
}
