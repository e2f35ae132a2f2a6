import * as tf from '@tensorflow/tfjs-core';
import { interpolate, interpolationMatrix } from '../../../../../domain/models/nets/layers/interpolation';
import { openTestBackend } from '../../../../support/tensor-backend';
import { valuesOf } from '../support/net-runner';

describe('linear interpolation', () => {
  beforeAll(openTestBackend);

  it('puts knots in the middle of their shares of the axis, as PyTorch does', () => {
    // torch.nn.functional.interpolate(torch.tensor([[[1., 3.]]]), size=4, mode='linear') -> 1, 1.5, 2.5, 3
    const between = tf.tidy(() => valuesOf(interpolate(tf.tensor2d([1, 3, 0, -4], [2, 2]), 4)));
    expect(Array.from(between)).toEqual([1, 1.5, 2.5, 3, 0, -1, -3, -4]);
  });

  it('repeats a single knot and leaves as many knots as points alone', () => {
    expect(Array.from(interpolationMatrix(1, 3))).toEqual([1, 1, 1]);
    expect(Array.from(interpolationMatrix(2, 2))).toEqual([1, 0, 0, 1]);
  });

  it.each([
    [2, 7],
    [8, 60],
    [5, 3],
  ])('keeps a constant: %d knots to %d points', (from, to) => {
    const matrix = interpolationMatrix(from, to);
    for (let point = 0; point < to; point += 1) {
      const sum = Array.from({ length: from }, (_, knot) => matrix[knot * to + point] ?? NaN).reduce(
        (a, b) => a + b,
        0,
      );
      expect(sum).toBeCloseTo(1, 6);
    }
  });
});
