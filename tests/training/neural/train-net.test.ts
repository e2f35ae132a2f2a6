import * as tf from '@tensorflow/tfjs-core';
import type { TrainedNet } from '../../../training/neural/contract';
import { trainNet } from '../../../training/neural/train-net';
import { openTestBackend } from '../../support/tensor-backend';
import { netFit } from './net-fits';

beforeAll(openTestBackend);

describe('training a net', () => {
  it('learns, predicts the other parts, and leaves no tensor', async () => {
    await train(netFit());
    const tensors = tf.memory().numTensors;
    const net = await train(netFit());
    expect(tf.memory().numTensors).toBe(tensors);
    expect(net.state.finished).toBe(true);
    const losses = net.state.epochs.map(({ trainLoss }) => trainLoss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9);
    const [first] = net.predictions;
    const [row, probabilities] = [first!.rows.row, first!.rows.probabilities.data];
    // Lookback 3: the first two rows of a part have no whole window.
    expect([...row.slice(0, 3)]).toEqual([194, 195, 196]);
    expect([...probabilities.slice(0, 6)].every(Number.isNaN)).toBe(true);
    expect(probabilities[6]! + probabilities[7]! + probabilities[8]!).toBeCloseTo(1, 12);
  });
});

async function train(fit: ReturnType<typeof netFit>): Promise<TrainedNet> {
  const result = await trainNet(fit);
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}
