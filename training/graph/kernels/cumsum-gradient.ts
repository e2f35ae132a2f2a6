import * as tf from '@tensorflow/tfjs-core';
import { setGradient } from './native-kernel';

/** The gradient of a running sum along any axis; tfjs's own gives it transposed where the axis is not the last. */
export function installCumsumGradient(): void {
  setGradient({
    kernelName: tf.Cumsum,
    gradFunc: (slope, _saved, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as { axis: number; exclusive: boolean; reverse: boolean };
      return { x: () => tf.cumsum(slope as tf.Tensor, axis, exclusive, !reverse) };
    },
  });
}
