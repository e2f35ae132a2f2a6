import * as tf from '@tensorflow/tfjs-core';
import { tft } from '../../../../domain/models/nets/tft';
import { openTestBackend } from '../../../support/tensor-backend';
import { initialParameters, normals, tensorsOf } from './support/net-runner';
import { describeNet } from './support/net-suite';

const sizes = { width: 8, heads: 2, lstmLayers: 1, dropout: 0.2 };
const window = { lookback: 5, features: 8 };

describeNet(tft, {
  tiny: { sizes, window },
  // Norms over more units bend less within a finite step.
  smooth: { ...sizes, width: 16 },
  // Layer norms stand behind the masks: over 8 units their mean over masks is not their value without.
  dropoutBias: 0.5,
  fixtures: ['tft.json'],
});

describe('net tft', () => {
  beforeAll(openTestBackend);

  it('explains itself by weights of features and of bars that sum to one for every window', () => {
    const plan = tft.plan(sizes, window);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const parameters = tensorsOf(plan, initialParameters(plan, 3));
      const windows = tf.tensor3d(normals(3 * 5 * 8, 4), [3, 5, 8]);
      const explained = plan.explain?.(parameters, windows) ?? {};
      expect(Object.entries(explained).map(([name, { shape }]) => [name, shape])).toEqual([
        ['variableWeights', [3, 8]],
        ['attention', [3, 5]],
      ]);
      for (const weights of Object.values(explained)) {
        for (const share of weights.dataSync()) expect(share).toBeGreaterThan(0);
        for (const sum of tf.sum(weights, 1).dataSync()) expect(sum).toBeCloseTo(1, 5);
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('weighs a feature more where its score is raised', () => {
    const plan = tft.plan(sizes, window);
    tf.tidy(() => {
      const parameters = tensorsOf(plan, initialParameters(plan, 3));
      const windows = tf.tensor3d(normals(3 * 5 * 8, 4), [3, 5, 8]);
      const weightOf = (bias: readonly number[]): number => {
        const raised = { ...parameters, 'selection.weights.norm.bias': tf.tensor1d([...bias]) };
        return plan.explain?.(raised, windows)['variableWeights']?.dataSync()[2] ?? NaN;
      };
      expect(weightOf([0, 0, 9, 0, 0, 0, 0, 0])).toBeGreaterThan(0.95);
      expect(weightOf([0, 0, -9, 0, 0, 0, 0, 0])).toBeLessThan(0.05);
    });
  });

  it('refuses a width that its heads cannot share', () => {
    expect(() => tft.plan({ ...sizes, heads: 3 }, window)).toThrow(
      'tft: width 8 is no multiple of heads 3; choose one that is.',
    );
  });
});
