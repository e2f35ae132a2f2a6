import { createHash } from 'node:crypto';
import { randomFromSeed } from '../../../domain/core/random';
import type { Rung } from '../../../shared/names/rungs';
import { decodeCheckpoint, encodeCheckpoint } from '../../../training/neural/checkpoint-bytes';
import type { Checkpoint, NetFit, TrainedNet, TrainingSettings } from '../../../training/neural/contract';
import { trainNet } from '../../../training/neural/train-net';
import { memoryCheckpoints, type MemoryCheckpoints } from '../../support/memory-checkpoints';
import { openTestBackend } from '../../support/tensor-backend';
import { netFit } from './net-fits';

beforeAll(openTestBackend);

/** Six updates an epoch. */
const EPOCHS = 4;
const HALVED: Rung = {
  cause: 'OutOfMemory',
  microBatch: 12,
  learningRateScale: 0.5,
  device: 'cpu',
  atStep: 0,
  note: 'half the windows at once',
};

describe.each<[string, Partial<TrainingSettings>, readonly Rung[]]>([
  ['classes, dropout, cosine', {}, []],
  ['classes, accumulated, plateau', { schedule: 'plateau', patience: 2, classWeights: 'balanced' }, [HALVED]],
  ['returns, constant rate', { schedule: 'constant', target: 'return', clipNorm: null }, []],
])('a training that is taken up again (%s)', (_, settings, rungs) => {
  let undisturbed: Training;
  beforeAll(async () => {
    undisturbed = await train(memoryCheckpoints(), settings, rungs);
  });

  it('after stops at random updates is the undisturbed one, bit for bit', async () => {
    const random = randomFromSeed(3);
    for (let trial = 0; trial < 3; trial += 1) {
      const stops = Array.from({ length: 3 }, () => 1 + random.integer(EPOCHS * 6)).sort((a, b) => a - b);
      const checkpoints = memoryCheckpoints();
      for (const stop of stops) await stopAfter(stop, checkpoints, settings, rungs);
      const resumed = await train(checkpoints, settings, rungs);
      expect({ stops, ...fingerprint(resumed) }).toEqual({ stops, ...fingerprint(undisturbed) });
    }
  });

  it('from any checkpoint that a kill may leave is the undisturbed one, bit for bit', async () => {
    const often = memoryCheckpoints();
    await train(often, { ...settings, checkpointSeconds: 1e-9 }, rungs);
    const left = often.saved
      .map(({ checkpoint }) => checkpoint)
      .filter(({ state }) => !state.finished && state.step % 4 < 2);
    expect(left.length).toBeGreaterThan(EPOCHS);
    for (const start of left) {
      const resumed = await train(memoryCheckpoints({ start: throughBytes(start) }), settings, rungs);
      expect({ at: start.state.step, ...fingerprint(resumed) }).toEqual({
        at: start.state.step,
        ...fingerprint(undisturbed),
      });
    }
  });

  it('from its weights alone is another', async () => {
    const middle = undisturbed.checkpoints.saved[1]!.checkpoint;
    const blank = new Float32Array(middle.weights.length);
    const forgotten = { ...middle, firstMoment: blank, secondMoment: blank };
    const restarted = await train(memoryCheckpoints({ start: forgotten }), settings, rungs);
    expect(fingerprint(restarted).weights).not.toBe(fingerprint(undisturbed).weights);
  });
});

describe('a checkpoint', () => {
  it('of another fit is not gone on from', async () => {
    const first = await train(memoryCheckpoints(), {}, []);
    const { checkpoint } = first.checkpoints.saved[0]!;
    const other = await train(memoryCheckpoints({ start: checkpoint }), { learningRate: 0.01 }, []);
    expect(other.net.facts.resumedAtStep).toBe(0);
  });

  it('of another shape is refused in one sentence', async () => {
    const first = await train(memoryCheckpoints(), {}, []);
    const { checkpoint } = first.checkpoints.saved[0]!;
    const start = { ...checkpoint, weights: checkpoint.weights.slice(1) };
    const result = await trainNet(netFit({ checkpoints: memoryCheckpoints({ start }) }, { maxEpochs: EPOCHS }));
    expect(result).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
  });

  it('of a finished training is only predicted from', async () => {
    const first = await train(memoryCheckpoints(), {}, []);
    const again = await train(first.checkpoints, {}, []);
    expect(again.net.facts.steps).toBe(0);
    expect(fingerprint(again)).toEqual(fingerprint(first));
  });

  it('takes over the longer list of rungs', async () => {
    const first = await train(memoryCheckpoints(), {}, [HALVED]);
    const { checkpoint } = first.checkpoints.saved[0]!;
    const kept = await train(memoryCheckpoints({ start: checkpoint }), {}, []);
    expect(kept.net.state.rungs).toEqual([HALVED]);
    const lower = { ...HALVED, microBatch: 6 };
    const longer = await train(memoryCheckpoints({ start: checkpoint }), {}, [HALVED, lower]);
    expect(longer.net.state.rungs).toEqual([HALVED, lower]);
  });
});

interface Training {
  readonly net: TrainedNet;
  readonly checkpoints: MemoryCheckpoints;
}

async function train(
  checkpoints: MemoryCheckpoints,
  settings: Partial<TrainingSettings>,
  rungs: readonly Rung[],
): Promise<Training> {
  const result = await trainNet(fitOf({ checkpoints, rungs }, settings));
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return { net: result.value, checkpoints };
}

/** Trains on until so many updates are done, then cancels; nothing happens where they were done already. */
async function stopAfter(
  step: number,
  checkpoints: MemoryCheckpoints,
  settings: Partial<TrainingSettings>,
  rungs: readonly Rung[],
): Promise<void> {
  const controller = new AbortController();
  const callbacks = { onBatchEnd: (facts: { step: number }) => facts.step >= step && controller.abort() };
  const result = await trainNet(fitOf({ checkpoints, rungs, callbacks, signal: controller.signal }, settings));
  if (!result.ok) expect(result.fault.code).toBe('Cancelled');
}

function fitOf(changes: Partial<NetFit>, settings: Partial<TrainingSettings>): NetFit {
  return netFit(changes as Parameters<typeof netFit>[0], { maxEpochs: EPOCHS, ...settings });
}

function throughBytes(checkpoint: Checkpoint): Checkpoint {
  const decoded = decodeCheckpoint(encodeCheckpoint(checkpoint));
  if (!decoded.ok) throw new Error(decoded.fault.message);
  return decoded.value;
}

/** Everything that may not differ: the last checkpoint's vectors and state, the bytes of the model, the predictions. */
function fingerprint({ net, checkpoints }: Training): Record<string, unknown> {
  const last = checkpoints.saved.at(-1)?.checkpoint;
  const hash = (values: ArrayBufferView | undefined): string =>
    createHash('sha256')
      .update(Buffer.from(values?.buffer ?? new ArrayBuffer(0), values?.byteOffset ?? 0, values?.byteLength ?? 0))
      .digest('hex');
  return {
    state: net.state,
    weights: hash(last?.weights ?? net.weights),
    bestWeights: hash(last?.bestWeights),
    firstMoment: hash(last?.firstMoment),
    secondMoment: hash(last?.secondMoment),
    model: hash(net.modelBytes),
    predictions: net.predictions.map(({ rows }) => hash(rows.probabilities.data)),
  };
}
