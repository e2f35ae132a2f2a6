import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';

const LENDER = 'cpu';

/**
 * What the WASM backend of tfjs 4.22 lacks beside TensorFlow, as far as it computes with real numbers: the gradients of gather and of
 * convolutions. What else it lacks no net uses: Einsum, FFT, IFFT, Complex, ComplexAbs, Real, Imag, StaticRegexReplace.
 */
const LENT = [
  'UnsortedSegmentSum',
  'Conv2DBackpropFilter',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
];

/**
 * Registers those kernels under `backendName`, computed by tfjs's plain JavaScript backend: inputs are copied there and outputs
 * back. That backend is a package that the WASM one brings, hence looked for from there.
 */
export async function lendKernels(backendName: string, packageFolder: string): Promise<void> {
  const missing = LENT.filter((name) => kernelOf(name, backendName) === undefined);
  if (missing.length === 0) return;
  createRequire(join(packageFolder, 'package.json'))('@tensorflow/tfjs-backend-cpu');
  await tf.ready();
  // Else it says at its first use, on the console, that there is a faster backend.
  Object.assign(tf.findBackend(LENDER), { firstUse: false });
  for (const kernelName of missing) {
    const lender = kernelOf(kernelName, LENDER);
    if (lender === undefined) throw new Error(`tfjs's plain backend has no kernel ${kernelName}`);
    tf.registerKernel({ kernelName, backendName, kernelFunc: lend(lender.kernelFunc) });
  }
}

/** The kernel, where there is one: tfjs's types leave that open. */
function kernelOf(name: string, backendName: string): tf.KernelConfig | undefined {
  return tf.getKernel(name, backendName);
}

function lend(kernelFunc: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const borrower: unknown = backend;
    if (!(borrower instanceof tf.KernelBackend)) throw new RangeError('a kernel was called without its backend');
    const lender = tf.findBackend(LENDER);
    const copies = copyAll(inputs, borrower, lender);
    const results = kernelFunc({ inputs: copies, backend: lender, ...(attrs === undefined ? {} : { attrs }) });
    const outputs = [results].flat().map((result) => move(result, lender, borrower));
    for (const copy of Object.values(copies)) if (copy !== undefined) lender.disposeData(copy.dataId);
    return Array.isArray(results) ? outputs : (outputs[0] ?? []);
  };
}

function copyAll(inputs: tf.NamedTensorInfoMap, from: tf.KernelBackend, to: tf.KernelBackend): tf.NamedTensorInfoMap {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, info]) => [name, info === undefined ? undefined : copy(info, from, to)]),
  );
}

function copy({ dataId, shape, dtype }: tf.TensorInfo, from: tf.KernelBackend, to: tf.KernelBackend): tf.TensorInfo {
  return { dataId: to.write(from.readSync(dataId), shape, dtype), shape, dtype };
}

function move(info: tf.TensorInfo, from: tf.KernelBackend, to: tf.KernelBackend): tf.TensorInfo {
  const moved = copy(info, from, to);
  from.disposeData(info.dataId);
  return moved;
}
