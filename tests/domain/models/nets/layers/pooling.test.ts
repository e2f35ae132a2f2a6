import * as tf from '@tensorflow/tfjs-core';
import { poolNeighbours, poolPieces } from '../../../../../domain/models/nets/layers/pooling';
import { openTestBackend } from '../../../../support/tensor-backend';
import { valuesOf } from '../support/net-runner';

describe('pooling', () => {
  let before = 0;
  beforeAll(openTestBackend);
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before);
  });

  /** Values and slopes of the sum of what `pool` makes of one channel of these steps, weighted 1, 10, 100 ... */
  const pooled = (
    values: readonly number[],
    shape: [number, number, number],
    pool: (x: tf.Tensor3D) => tf.Tensor3D,
  ): { readonly values: number[]; readonly slopes: number[] } =>
    tf.tidy(() => {
      const x = tf.tensor3d([...values], shape);
      const result = pool(x);
      const weights = tf.tensor3d(
        Array.from({ length: result.size }, (_, i) => 10 ** i),
        result.shape,
      );
      const slopes = tf.grad((given) => tf.sum(tf.mul(pool(given as tf.Tensor3D), weights)))(x);
      return { values: Array.from(valuesOf(result)), slopes: Array.from(valuesOf(slopes)) };
    });

  it('takes the maximum of each piece, the last one shorter, below zero too', () => {
    const { values, slopes } = pooled([-3, -1, -2, 5, 4, -9, -8], [1, 1, 7], (x) => poolPieces(x, 3, 'max'));
    expect(values).toEqual([-1, 5, -8]);
    expect(slopes).toEqual([0, 1, 0, 10, 0, 0, 100]);
  });

  it('shares the slope among equal maxima', () => {
    const { slopes } = pooled([2, 2, 1, 7, 7, 7], [1, 1, 6], (x) => poolPieces(x, 3, 'max'));
    expect(slopes.slice(0, 3)).toEqual([0.5, 0.5, 0]);
    expect(slopes.slice(3).reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(10, 5);
  });

  it('pools each step with its neighbours, the edges with one only', () => {
    const { values, slopes } = pooled([-5, -7, -9, -9], [1, 4, 1], (x) => poolNeighbours(x, 'max'));
    expect(values).toEqual([-5, -5, -7, -9]);
    expect(slopes).toEqual([11, 100, 1000, 0]);
  });

  it('takes means where a smooth net is wanted, zeros beyond the edge', () => {
    expect(pooled([1, 3, 8], [1, 1, 3], (x) => poolPieces(x, 2, 'mean')).values).toEqual([2, 4]);
    const { values } = pooled([3, 6, 9], [1, 3, 1], (x) => poolNeighbours(x, 'mean'));
    expect(values.map((value) => Math.round(value))).toEqual([3, 6, 5]);
  });
});
