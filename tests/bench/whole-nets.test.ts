import * as tf from '@tensorflow/tfjs-core';
import { benchNet, WHOLE_FAMILIES } from '../../bench/nets/plans';
import { initialWeights, splitParameters } from '../../domain/models/nets/flat-parameters';
import { openTestBackend } from '../support/tensor-backend';

beforeAll(openTestBackend);

const WINDOW = { lookback: 25, features: 3 };

/** What the bench compares at equal work must be the same net. */
describe.each(WHOLE_FAMILIES)('%s computed whole', (family) => {
  const trunkOf = (form: string): readonly number[] =>
    tf.tidy(() => {
      const { definition, sizes } = benchNet(family, form);
      const plan = definition.plan(sizes, WINDOW);
      const parameters = splitParameters(plan.parameters, tf.tensor1d(initialWeights(plan.parameters, 1)));
      return [...plan.trunk(parameters, tf.randomNormal([4, 25, 3], 0, 1, 'float32', 5), null).dataSync()];
    });

  it('gives what the net gives', () => {
    const [whole, own] = [trunkOf('whole'), trunkOf('default')];
    expect(own.some((value) => Math.abs(value) > 0.01)).toBe(true);
    expect(Math.max(...own.map((value, i) => Math.abs(value - (whole[i] ?? NaN))))).toBeLessThan(1e-4);
  });
});
