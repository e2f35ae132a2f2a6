import * as tf from '@tensorflow/tfjs-core';
import { convolveSame } from '../../../../../domain/models/nets/layers/convolution';
import { openTestBackend } from '../../../../support/tensor-backend';
import { largestDifference, normals, valuesOf } from '../support/net-runner';

describe('convolution along time', () => {
  beforeAll(openTestBackend);

  it.each([1, 2, 3, 4, 5, 6, 9])("has the values and slopes of TensorFlow's own one, %d taps over 6 steps", (taps) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor3d(normals(2 * 6 * 3, 1), [2, 6, 3]);
      const kernel = tf.tensor3d(normals(taps * 3 * 4, 2), [taps, 3, 4]);
      const weights = tf.tensor3d(normals(2 * 6 * 4, 3), [2, 6, 4]);
      const slopes = (convolve: (x: tf.Tensor3D, kernel: tf.Tensor3D) => tf.Tensor3D): tf.Tensor[] =>
        tf.grads((a, b) => tf.sum(tf.mul(convolve(a as tf.Tensor3D, b as tf.Tensor3D), weights)))([x, kernel]);
      const theirs = (a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D => tf.conv1d(a, b, 1, 'same');
      const pairs = [
        [convolveSame(x, kernel), theirs(x, kernel)],
        ...slopes(convolveSame).map((slope, i) => [slope, slopes(theirs)[i]]),
      ] as [tf.Tensor, tf.Tensor][];
      expect(pairs.length).toBe(3);
      for (const [ours, expected] of pairs) {
        expect(ours.shape).toEqual(expected.shape);
        expect(largestDifference(valuesOf(ours), valuesOf(expected))).toBeLessThan(1e-6);
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
