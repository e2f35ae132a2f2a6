import * as tf from '@tensorflow/tfjs-core';
import type { NetPlan } from '../../../../domain/models/nets/contract';
import { splitParameters } from '../../../../domain/models/nets/flat-parameters';
import { applyHeads, headWidth, netParameters, type Heads } from '../../../../domain/models/nets/heads';
import { openTestBackend } from '../../../support/tensor-backend';

beforeAll(openTestBackend);

/** A trunk of width 2 without parameters. */
const PLAN: NetPlan = {
  parameters: [],
  dropoutUnits: 0,
  outputWidth: 2,
  trunk: (_, windows) => tf.mean(windows, 1),
};

describe('heads', () => {
  it.each<[Heads, number[], number[]]>([
    // Two horizons of one return: kernel (2 x 1) and bias of the first, then of the second.
    [{ horizons: [8, 16], target: 'return' }, [1, 10, 0.5, 2, -1, 0], [21.5, 0, 43.5, 2]],
    // One horizon of three classes: kernel (2 x 3), bias (3).
    [{ horizons: [8], target: 'class' }, [1, 2, 3, 4, 5, 6, 7, 8, 9], [16, 20, 24, 26, 34, 42]],
  ])('are linear on the trunk, horizon by horizon: %j', (heads, flat, expected) => {
    const specs = netParameters(PLAN, heads);
    const outputs = tf.tidy(() => {
      const parameters = splitParameters(specs, tf.tensor1d(flat));
      return applyHeads(heads, parameters, tf.tensor2d([1, 2, 3, 4], [2, 2]));
    });
    expect(outputs.shape).toEqual([2, heads.horizons.length, headWidth(heads.target)]);
    expect([...outputs.dataSync()]).toEqual(expected);
    outputs.dispose();
  });
});
