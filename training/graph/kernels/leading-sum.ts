import * as tf from '@tensorflow/tfjs-core';
import { NATIVE, nativeBackend, setKernel, typeAttribute } from './native-kernel';

/**
 * Sums over the first axes, of which the gradient of every bias is one, by TensorFlow's BiasAddGrad: a third to a half of the
 * time of its Sum. On the processor only: on a GPU it adds up in an order that differs from run to run.
 */
export function installLeadingSum(): void {
  const stock = tf.getKernel(tf.Sum, NATIVE) as tf.KernelConfig | undefined;
  if (stock === undefined) return;
  setKernel(tf.Sum, (given) => {
    const { x } = given.inputs as { x: tf.Tensor };
    const { axis, keepDims } = given.attrs as { axis: number | number[]; keepDims: boolean };
    const native = nativeBackend(given.backend);
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const [summed, kept] = [x.shape.slice(0, axes.length), x.shape.slice(axes.length)];
    const columns = tf.util.sizeFromShape(kept);
    const areLeading = axes.length > 0 && axes.every((value) => value < axes.length);
    if (!areLeading || columns < 2 || x.size === 0 || x.dtype !== 'float32' || native.isUsingGpuDevice)
      return stock.kernelFunc(given);
    return tf.tidy(() => {
      const rows = tf.reshape(x, [x.size / columns, columns]);
      const sums = native.executeSingleOutput('BiasAddGrad', [typeAttribute(native, 'T', x.dtype)], [rows]);
      return tf.reshape(sums, keepDims ? [...summed.map(() => 1), ...kept] : kept);
    });
  });
}
