import * as tf from '@tensorflow/tfjs-core';
import { NATIVE, nativeBackend, setKernel } from './native-kernel';

/**
 * A cast to the type that a tensor has, and a reshape to its own shape, without an operation: tfjs's gradients are full of
 * them.
 */
export function installSameTensor(): void {
  skipWhere(tf.Cast, (x, attrs) => attrs.dtype === x.dtype);
  skipWhere(tf.Reshape, (x, attrs) => tf.util.arraysEqual(x.shape, attrs.shape as number[]));
}

function skipWhere(kernelName: string, isSame: (x: tf.TensorInfo, attrs: tf.NamedAttrMap) => boolean): void {
  const stock = tf.getKernel(kernelName, NATIVE) as tf.KernelConfig | undefined;
  if (stock === undefined) return;
  setKernel(kernelName, (given) => {
    const { x } = given.inputs;
    if (x === undefined || !isSame(x, given.attrs ?? {})) return stock.kernelFunc(given);
    nativeBackend(given.backend).incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
}
