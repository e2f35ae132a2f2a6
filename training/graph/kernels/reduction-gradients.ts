import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, nativeBackend, runKernel, setGradient, setKernel, typeAttribute } from './native-kernel';

const SPREAD = 'SpreadTo';

/**
 * Gradients of Sum and Mean by TensorFlow's BroadcastTo. tfjs multiplies by a tensor of ones of the full size, for Mean it
 * divides the full size besides.
 */
export function installReductionGradients(): void {
  setKernel(SPREAD, ({ inputs, backend, attrs }) => {
    const { x } = inputs as { x: tf.Tensor };
    const { shape } = attrs as unknown as { shape: number[] };
    const native = nativeBackend(backend);
    const types = [typeAttribute(native, 'T', x.dtype), typeAttribute(native, 'Tidx', 'int32')];
    const shapeTensor = tf.tensor1d(shape, 'int32');
    const result = native.executeSingleOutput('BroadcastTo', types, [x, shapeTensor]);
    shapeTensor.dispose();
    return result;
  });
  install(tf.Sum, () => 1);
  install(tf.Mean, (reducedCount) => 1 / reducedCount);
}

function install(kernelName: string, factorOf: (reducedCount: number) => number): void {
  const stock = tf.getGradient(kernelName);
  setGradient({
    ...stock,
    gradFunc: (slope, saved, attrs) => {
      const [x] = saved as [tf.Tensor];
      if (!hasKernel(SPREAD)) return stock.gradFunc(slope, saved, attrs);
      const axes = tf.util.parseAxisParam(attrs.axis as number | number[], x.shape);
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const factor = factorOf(axes.reduce((count, axis) => count * (x.shape[axis] ?? 1), 1));
      const scaled = factor === 1 ? (slope as tf.Tensor) : tf.mul(slope as tf.Tensor, factor);
      return { x: () => runKernel(SPREAD, { x: tf.reshape(scaled, kept) }, { shape: x.shape }) };
    },
  });
}
