import * as tf from '@tensorflow/tfjs-core';
import { lossByHorizon, type LossSettings } from '../../../training/neural/loss';
import { openTestBackend } from '../../support/tensor-backend';

beforeAll(openTestBackend);

/** Values and gradients of torch 2.15 in doubles, weights 0.5, 2, 1. */
const LOGITS = [0.2, -1, 0.7, 3, 0.1, -2, 0, 0, 0];
const TRUE_CLASSES = [0, 0, 0.5, 0, 2, 0, 1, 0, 0];
const CROSS_ENTROPY = [
  7.309358564157791, 0.169496381, 0.051051329, -0.22054771, 1.883662788, -1.896354808, 0.01269202, -0.666666667,
  0.333333333, 0.333333333,
];
const FOCAL_2 = [
  5.8670603074711405, 0.081598303, 0.024576936, -0.106175239, 2.241416575, -2.25651912, 0.015102546, -0.621811048,
  0.310905524, 0.310905524,
];
const FOCAL_HALF = [
  6.8546329625718325, 0.15406244, 0.046402715, -0.200465156, 1.982569462, -1.99592791, 0.013358448, -0.69383325,
  0.346916625, 0.346916625,
];

describe('losses', () => {
  it.each<[string, LossSettings, readonly number[]]>([
    ['cross-entropy', { target: 'class', loss: 'crossEntropy', focalGamma: 2 }, CROSS_ENTROPY],
    ['focal, gamma 2', { target: 'class', loss: 'focal', focalGamma: 2 }, FOCAL_2],
    ['focal, gamma 0.5', { target: 'class', loss: 'focal', focalGamma: 0.5 }, FOCAL_HALF],
    ['focal, gamma 0', { target: 'class', loss: 'focal', focalGamma: 0 }, CROSS_ENTROPY],
  ])('%s is what PyTorch says', (_, settings, [loss, ...gradient]) => {
    const given = evaluate(settings, LOGITS, TRUE_CLASSES, 3);
    expect(given.loss).toBeCloseTo(loss!, 5);
    for (const [i, value] of gradient.entries()) expect(given.gradient[i]).toBeCloseTo(value, 5);
  });

  it('Huber of returns is what PyTorch says', () => {
    const settings: LossSettings = { target: 'return', loss: 'crossEntropy', focalGamma: 2 };
    const given = evaluate(settings, [0.3, -2, 0.9], [0.1, 0.5, 1.5, 2, 0.9, 1], 2);
    expect(given.loss).toBeCloseTo(6.01, 5);
    for (const [i, value] of [0.1, -2, 0].entries()) expect(given.gradient[i]).toBeCloseTo(value, 6);
  });

  it('stays finite, and so does its gradient, where a class is certain', () => {
    for (const loss of ['crossEntropy', 'focal'] as const) {
      const settings = { target: 'class', loss, focalGamma: 0.5 } as const;
      const given = evaluate(settings, [200, -200, 0, 200, -200, 0], [1, 0, 0, 0, 1, 0], 3);
      expect(Number.isFinite(given.loss)).toBe(true);
      expect(given.gradient.every(Number.isFinite)).toBe(true);
    }
  });

  it('is summed by horizon', () => {
    const outputs = tf.tensor3d([1, 0, 0, 0, 1, 0], [1, 2, 3]);
    const targets = tf.tensor3d([2, 0, 0, 0, 0, 0], [1, 2, 3]);
    const losses = lossByHorizon({ target: 'class', loss: 'crossEntropy', focalGamma: 2 }, { outputs, targets });
    expect(losses.dataSync()[0]).toBeCloseTo(-2 * Math.log(Math.E / (Math.E + 2)), 5);
    expect(losses.dataSync()[1]).toBe(0);
  });
});

/** Summed loss of one horizon, and its gradient by output. */
function evaluate(settings: LossSettings, outputs: number[], targets: number[], width: number) {
  const rows = targets.length / width;
  const wanted = tf.tensor3d(targets, [rows, 1, width]);
  const lossOf = (x: tf.Tensor): tf.Scalar =>
    tf.sum(lossByHorizon(settings, { outputs: x as tf.Tensor3D, targets: wanted }), 0);
  const { value, grad } = tf.valueAndGrad(lossOf)(tf.tensor3d(outputs, [rows, 1, outputs.length / rows]));
  return { loss: value.dataSync()[0] ?? NaN, gradient: [...grad.dataSync()] };
}
