import { createHash } from 'node:crypto';
import { randomFromSeed } from '../../../domain/core/random';
import type { TensorEngine } from '../../../domain/models/engines';
import type { Rung } from '../../../shared/names/rungs';
import { decodeCheckpoint, encodeCheckpoint } from '../../../training/neural/checkpoint-bytes';
import type { Checkpoint, NetFit, TrainedNet, TrainingSettings } from '../../../training/neural/contract';
import { trainNet } from '../../../training/neural/train-net';
import { memoryCheckpoints, type MemoryCheckpoints } from '../../support/memory-checkpoints';
import { openTestBackend } from '../../support/tensor-backend';
import { eagerEngine, graphEngine } from '../../support/tensor-engines';
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

describe.each<[string, Partial<TrainingSettings>, readonly Rung[], TensorEngine]>([
  ['classes, dropout, cosine', {}, [], eagerEngine],
  [
    'classes, accumulated, plateau',
    { schedule: 'plateau', patience: 2, classWeights: 'balanced' },
    [HALVED],
    eagerEngine,
  ],
  ['returns, constant rate', { schedule: 'constant', target: 'return', clipNorm: null }, [], eagerEngine],
  ['traced', {}, [], graphEngine],
])('a training that is taken up again (%s)', (_, settings, rungs, engine) => {
  let undisturbed: Training;
  beforeAll(async () => {
    undisturbed = await train(memoryCheckpoints(), settings, rungs, engine);
  });

  it('after stops at random updates is the undisturbed one, bit for bit', async () => {
    const random = randomFromSeed(3);
    for (let trial = 0; trial < 3; trial += 1) {
      const stops = Array.from({ length: 3 }, () => 1 + random.integer(EPOCHS * 6)).sort((a, b) => a - b);
      const checkpoints = memoryCheckpoints();
      for (const stop of stops) await stopAfter(stop, checkpoints, settings, rungs, engine);
      const resumed = await train(checkpoints, settings, rungs, engine);
      expect({ stops, ...fingerprint(resumed) }).toEqual({ stops, ...fingerprint(undisturbed) });
    }
  });

  it('from any checkpoint that a kill may leave is the undisturbed one, bit for bit', async () => {
    const left = undisturbed.checkpoints.saved.map(({ checkpoint }) => checkpoint).slice(0, -1);
    // Six is behind the last update of the first epoch and before its evaluation.
    for (const step of [1, 6, 9, 14]) {
      const stopped = memoryCheckpoints();
      await stopAfter(step, stopped, settings, rungs, engine);
      left.push(stopped.saved.at(-1)!.checkpoint);
    }
    expect(left.map(({ state }) => state.step)).toEqual([6, 12, 18, 1, 6, 9, 14]);
    for (const start of left) {
      const resumed = await train(memoryCheckpoints({ start: throughBytes(start) }), settings, rungs, engine);
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
    const restarted = await train(memoryCheckpoints({ start: forgotten }), settings, rungs, engine);
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
    const told: string[] = [];
    const callbacks: NetFit['callbacks'] = {
      onTrainBegin: ({ steps, resumedAtStep }) => told.push(`from ${String(resumedAtStep)} of ${String(steps)}`),
      onBatchBegin: (step) => told.push(`batch ${String(step)}`),
      onTrainEnd: ({ epochs }) => told.push(`ends after ${String(epochs)}`),
    };
    const again = await train(first.checkpoints, {}, [], eagerEngine, callbacks);
    expect(again.net.facts.steps).toBe(0);
    expect(fingerprint(again)).toEqual(fingerprint(first));
    const { step } = first.net.state;
    // Whoever counts what an attempt took over hears of it even where nothing is left to do.
    expect(told).toEqual([`from ${String(step)} of ${String(step)}`, `ends after ${String(EPOCHS)}`]);
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
  engine: TensorEngine = eagerEngine,
  callbacks: NetFit['callbacks'] = {},
): Promise<Training> {
  const result = await trainNet(fitOf({ checkpoints, rungs, engine, callbacks }, settings));
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return { net: result.value, checkpoints };
}

/** Trains on until so many updates are done, then cancels; nothing happens where they were done already. */
async function stopAfter(
  step: number,
  checkpoints: MemoryCheckpoints,
  settings: Partial<TrainingSettings>,
  rungs: readonly Rung[],
  engine: TensorEngine = eagerEngine,
): Promise<void> {
  const controller = new AbortController();
  const callbacks = { onBatchEnd: (facts: { step: number }) => facts.step >= step && controller.abort() };
  const result = await trainNet(fitOf({ checkpoints, rungs, engine, callbacks, signal: controller.signal }, settings));
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
