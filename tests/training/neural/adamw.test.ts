import * as tf from '@tensorflow/tfjs-core';
import { adamw, stepRates, type Moments } from '../../../training/neural/adamw';
import { openTestBackend } from '../../support/tensor-backend';

beforeAll(openTestBackend);

/**
 * torch 2.15, doubles: AdamW with betas (0.9, 0.99), eps 1e-6, weight decay 0.1 on the first four numbers and none on the
 * last two, learning rates 0.05, 0.03, 0.01, gradients clipped to a global norm of 1.5 (the second is).
 */
const GRADIENTS = [
  [0.3, -0.2, 0.1, 1, 0.5, -0.4],
  [3, -2, 1, 0.5, 0.1, 2],
  [-0.1, 0.2, 0.05, 0, 0.01, -0.02],
];
const LEARNING_RATES = [0.05, 0.03, 0.01];
const EXPECTED = [
  [
    1.2449899597988732, 0.4475001666661111, -0.94500024999875, 1.940000499995, 0.19875004999995, 0.0500000999998,
    -0.15000012499968,
  ],
  [
    4.2731721238443, 0.4192338139834834, -0.9152414144157391, 1.9072567157107105, 0.174443442863284, 0.0283350015459072,
    -0.159440834137625,
  ],
  [
    0.2302172886644267, 0.4124719942187704, -0.9093115285253915, 1.8975936287113349, 0.16814570812778368,
    0.022612916048543, -0.16171983092422,
  ],
];

describe('AdamW', () => {
  it('makes the updates of PyTorch, clipped and with decay where the mask says so', () => {
    const settings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, clipNorm: 1.5, weightDecay: 0.1 };
    const mask = tf.tensor1d([1, 1, 1, 1, 0, 0]);
    let moments: Moments = {
      weights: tf.tensor1d([0.5, -1, 2, 0.25, 0.1, -0.2]),
      firstMoment: tf.zeros([6]),
      secondMoment: tf.zeros([6]),
    };
    for (const [step, gradient] of GRADIENTS.entries()) {
      const rates = tf.tensor1d(stepRates(settings, LEARNING_RATES[step]!, step));
      const { next, norm } = adamw(settings, moments, tf.tensor1d(gradient), rates, mask);
      moments = next;
      const [expectedNorm, ...weights] = EXPECTED[step]!;
      expect(norm.dataSync()[0]).toBeCloseTo(expectedNorm!, 5);
      for (const [i, weight] of moments.weights.dataSync().entries()) expect(weight).toBeCloseTo(weights[i]!, 6);
    }
  });

  it('leaves a gradient below the norm, and any where none is set, as it is', () => {
    const zeros = (): tf.Tensor1D => tf.zeros([2]);
    const moments = { weights: zeros(), firstMoment: zeros(), secondMoment: zeros() };
    for (const [clipNorm, size] of [
      [5, 1],
      [null, 100],
    ] as const) {
      const settings = { beta1: 0, beta2: 0, epsilon: 1e-8, clipNorm, weightDecay: 0 };
      const gradient = tf.tensor1d([3 * size, 4 * size]);
      const { next } = adamw(settings, moments, gradient, tf.tensor1d(stepRates(settings, 0.1, 0)), tf.ones([2]));
      expect([...next.firstMoment.dataSync()]).toEqual([3 * size, 4 * size]);
    }
  });
});
