import * as tf from '@tensorflow/tfjs-core';
import { ok } from '../../../domain/core/result';
import type { Checkpoint, NetFit, TrainedNet } from '../../../training/neural/contract';
import { trainNet } from '../../../training/neural/train-net';
import { memoryCheckpoints } from '../../support/memory-checkpoints';
import { openTestBackend } from '../../support/tensor-backend';
import { eagerEngine } from '../../support/tensor-engines';
import { netFit } from './net-fits';

beforeAll(openTestBackend);

let tensors = 0;
beforeEach(() => {
  tensors = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors);
});

describe('training a net', () => {
  it('is another training with other weights of its windows, and the same one with weights of 1', async () => {
    const plain = await train(netFit());
    expect((await train(weighed(1))).weights).toEqual(plain.weights);
    const uneven = netFit();
    const weigh = (rows: Int32Array) => ok(Float64Array.from(rows, (row) => (row % 2 === 0 ? 1.9 : 0.1)));
    const targets = uneven.targets.map((target) => ({ ...target, weigh }));
    expect((await train({ ...uneven, targets })).weights).not.toEqual(plain.weights);
  });

  it('learns, and predicts whole windows of the other parts', async () => {
    const net = await train(netFit());
    expect(net.state.finished).toBe(true);
    const losses = net.state.epochs.map(({ trainLoss }) => trainLoss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9);
    expect(net.predictions.map(({ horizonBars }) => horizonBars)).toEqual([8, 16]);
    const { row, part, probabilities } = net.predictions[0]!.rows;
    // Stopping [194, 224), choosing [226, 256), test [258, 320); of each, lookback 3 leaves out the first two.
    expect(row).toHaveLength(30 + 30 + 62);
    for (let i = 0; i < row.length; i += 1) {
      const inside = row[i]! - [0, 194, 226, 258][part[i]!]!;
      const total = [...probabilities.data.slice(3 * i, 3 * i + 3)].reduce((sum, p) => sum + p, 0);
      if (inside < 2) expect(total).toBeNaN();
      else expect(total).toBeCloseTo(1, 12);
    }
  });

  it('with another seed is another, with the same seed the same', async () => {
    const [one, same, other] = [await train(netFit()), await train(netFit()), await train(netFit({ seed: 6 }))];
    expect(same.modelBytes).toEqual(one.modelBytes);
    expect(other.modelBytes).not.toEqual(one.modelBytes);
  });

  it('stops when the patience is over, and gives the best epoch’s weights', async () => {
    const checkpoints = memoryCheckpoints();
    // A rate this high soon overfits the hundred and fifty windows.
    const settings = { maxEpochs: 40, patience: 2, schedule: 'constant', learningRate: 0.05 } as const;
    const { state, weights, facts } = await train(netFit({ checkpoints }, settings));
    expect(state.epochs.length).toBeLessThan(40);
    expect(state.epochs).toHaveLength(state.bestEpoch + 1 + 2);
    const losses = state.epochs.map(({ stoppingLoss }) => stoppingLoss);
    expect(state.bestLoss).toBe(Math.min(...losses));
    expect(losses[state.bestEpoch]).toBe(state.bestLoss);
    const best = checkpoints.saved.find(({ checkpoint }) => checkpoint.state.epoch === state.bestEpoch + 1)!.checkpoint;
    expect(weights).toEqual(best.weights);
    expect(weights).not.toEqual(checkpoints.saved.at(-1)!.checkpoint.weights);
    expect(facts).toMatchObject({ bestEpoch: state.bestEpoch, epochs: state.epochs.length, notes: [] });
  });

  it('writes every epoch’s metrics and checkpoint, and calls back in order', async () => {
    const checkpoints = memoryCheckpoints();
    const calls: string[] = [];
    const callbacks: NetFit['callbacks'] = {
      onTrainBegin: ({ steps, resumedAtStep }) => calls.push(`train ${steps} from ${resumedAtStep}`),
      onEpochBegin: (epoch) => calls.push(`epoch ${epoch}`),
      onBatchBegin: (step) => calls.push(`begin ${step}`),
      onBatchEnd: ({ step, epoch, stepInEpoch, stepsInEpoch }) =>
        calls.push(`end ${step}: ${epoch} ${stepInEpoch}/${stepsInEpoch}`),
      onEpochEnd: ({ epoch }) => calls.push(`epoch ${epoch} ends`),
      onTrainEnd: ({ epochs }) => calls.push(`train ends after ${epochs}`),
    };
    const { state } = await train(netFit({ checkpoints, callbacks }, { maxEpochs: 2, batchSize: 100 }));
    const epoch = (e: number): string[] => [
      `epoch ${e}`,
      ...[0, 1].flatMap((i) => [`begin ${2 * e + i}`, `end ${2 * e + i + 1}: ${e} ${i + 1}/2`]),
      `epoch ${e} ends`,
    ];
    expect(calls).toEqual(['train 4 from 0', ...epoch(0), ...epoch(1), 'train ends after 2']);
    expect(checkpoints.recorded).toEqual(state.epochs);
    expect(checkpoints.saved.map(({ checkpoint, reason }) => [checkpoint.state.step, reason])).toEqual([
      [2, 'epoch'],
      [4, 'epoch'],
    ]);
  });

  it('learns returns as well, and turns them into probabilities', async () => {
    const net = await train(netFit({}, { target: 'return', maxEpochs: 12, learningRate: 0.01 }));
    const data = net.predictions[0]!.rows.probabilities.data.filter((p) => !Number.isNaN(p));
    expect(data.length).toBeGreaterThan(0);
    expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(0.1);
  });
});

describe('a training that cannot go on', () => {
  it('says where a huge learning rate made it impossible', async () => {
    const fit = netFit(
      {},
      { batchSize: 100, clipNorm: null, learningRate: 1e30, schedule: 'constant', warmupEpochs: 0 },
    );
    const checkpoints = memoryCheckpoints();
    const fault = await failure({ ...fit, checkpoints });
    expect(fault.code).toBe('NumericalFailure');
    expect(fault.message).toMatch(/epoch 0, .*, at learning rate 1e\+30.*f\d -?\d/);
    expect(fault.details).toMatchObject({ epoch: 0, checkpointStep: 0 });
    const ranges = fault.details?.['featureRanges'] as { feature: string; lowest: number }[];
    expect(ranges.map(({ feature }) => feature)).toEqual(fit.featureNames);
  });

  it('says which feature was NaN, and from which checkpoint to go on', async () => {
    const fit = netFit();
    const features = fit.series.features.slice();
    const checkpoints = memoryCheckpoints();
    // Planted once the first epoch is over.
    const callbacks = { onEpochEnd: () => void features.fill(NaN, 4 * 60 + 2, 4 * 60 + 3) };
    const fault = await failure({ ...fit, series: { ...fit.series, features }, checkpoints, callbacks });
    expect(fault.code).toBe('NumericalFailure');
    expect(fault.message).toMatch(/loss NaN.*epoch 1, batch \d.*: f2 NaN to NaN/);
    expect(fault.details).toMatchObject({ epoch: 1, checkpointStep: 6 });
  });

  it('because it was told to stop leaves a checkpoint of the last update', async () => {
    const controller = new AbortController();
    const checkpoints = memoryCheckpoints();
    const callbacks = { onBatchEnd: ({ step }: { step: number }) => step === 8 && controller.abort() };
    const fault = await failure({ ...netFit({ checkpoints, signal: controller.signal }), callbacks });
    expect(fault).toMatchObject({ code: 'Cancelled', details: { checkpointStep: 8 } });
    expect(checkpoints.saved.at(-1)).toMatchObject({
      reason: 'stop',
      checkpoint: { state: { step: 8, stepInEpoch: 2 } },
    });
  });

  it.each(['Fenced', 'StorageFull', 'Unexpected'])('ends with %s where a checkpoint does', async (code) => {
    const beforeSave = (n: number): void => {
      if (n === 2) throw Object.assign(new Error('no'), code === 'Unexpected' ? {} : { code });
    };
    const begun: number[] = [];
    const callbacks = { onEpochBegin: (epoch: number) => void begun.push(epoch) };
    const fault = await failure(netFit({ checkpoints: memoryCheckpoints({ beforeSave }), callbacks }));
    expect(fault.code).toBe(code);
    expect(begun).toEqual([0, 1]);
  });

  it('in memory says so with the last checkpoint', async () => {
    const engine = {
      ...eagerEngine,
      createProgram: (definition: Parameters<typeof eagerEngine.createProgram>[0]) => {
        const program = eagerEngine.createProgram(definition);
        let runs = 0;
        const run: typeof program.run = (name, inputs) => {
          runs += name === 'step' ? 1 : 0;
          if (runs > 8) throw new Error('OOM when allocating tensor with shape[256,60,50]');
          return program.run(name, inputs);
        };
        return { ...program, run };
      },
    };
    const fault = await failure(netFit({ engine }));
    expect(fault).toMatchObject({ code: 'OutOfMemory', details: { checkpointStep: 6 } });
  });
});

describe('a store that does not answer', () => {
  it('stops no training; the metrics are written when it answers again', async () => {
    const away = (): void => {
      throw Object.assign(new Error('nobody there'), { code: 'StoreUnavailable' });
    };
    const checkpoints = memoryCheckpoints({
      beforeSave: (n) => (n < 3 ? away() : undefined),
      beforeRecord: ({ epoch }) => (epoch === 0 && checkpoints.saved.length === 0 && !answered ? away() : undefined),
    });
    let answered = false;
    const callbacks = { onEpochBegin: (epoch: number) => void (answered = epoch > 1) };
    const net = await train(netFit({ checkpoints, callbacks }));
    expect(checkpoints.recorded).toEqual(net.state.epochs);
    expect(checkpoints.saved.map(({ checkpoint }) => checkpoint.state.epoch)).toEqual([3, 4]);
    expect(net.facts.notes.length).toBeGreaterThan(1);
  });
});

describe('a step down', () => {
  it('of memory gives nearly the same training, of the learning rate half the rate', async () => {
    const rung = { cause: 'OutOfMemory', device: 'cpu', atStep: 0, note: '' } as const;
    const whole = await train(netFit({}, { maxEpochs: 2 }));
    const halved = await train(
      netFit({ rungs: [{ ...rung, microBatch: 16, learningRateScale: 1 }] }, { maxEpochs: 2 }),
    );
    const slowed = await train(
      netFit({ rungs: [{ ...rung, microBatch: 32, learningRateScale: 0.5 }] }, { maxEpochs: 2 }),
    );
    const last = ({ state }: TrainedNet) => state.epochs[1]!;
    expect(last(halved).stoppingLoss).toBeCloseTo(last(whole).stoppingLoss, 4);
    expect(last(slowed).learningRate).toBeCloseTo(last(whole).learningRate / 2, 12);
  });
});

describe('checkpoints between epochs', () => {
  it('are taken by time, without changing anything', async () => {
    const checkpoints = memoryCheckpoints();
    const often = await train(netFit({ checkpoints }, { checkpointSeconds: 1e-9 }));
    expect(checkpoints.saved.some(({ reason }) => reason === 'interval')).toBe(true);
    const { modelBytes } = await train(netFit());
    expect(often.modelBytes).toEqual(modelBytes);
  });

  it('do not share memory with the training', async () => {
    const kept: Checkpoint[] = [];
    const sink = memoryCheckpoints();
    const checkpoints = { ...sink, save: (checkpoint: Checkpoint) => Promise.resolve(void kept.push(checkpoint)) };
    await train(netFit({ checkpoints }));
    expect(kept[0]!.weights).not.toEqual(kept[1]!.weights);
  });
});

describe('a fit that cannot be', () => {
  it.each<[string, () => NetFit, string, RegExp]>([
    [
      'a lookback longer than a part',
      () => netFit({}, { lookback: 40 }),
      'InvalidSplits',
      /lookback is 40.*stopping part of fold holdout.*at most 30/,
    ],
    ['a batch of zero', () => netFit({}, { batchSize: 0 }), 'InvalidConfig', /nets\.batchSize is 0/],
    ['a rate of zero', () => netFit({}, { learningRate: 0 }), 'InvalidConfig', /learning rate is 0/],
    ['no horizon', () => netFit({ targets: [] }), 'InvalidConfig', /horizons \[\]/],
    [
      'a horizon without labels',
      () => relabelled(() => -1),
      'InvalidLabels',
      /Horizon 16, fold holdout: none of the \d+ training windows/,
    ],
    [
      'one class only',
      () => relabelled(() => 2),
      'InvalidLabels',
      /Horizon 16, fold holdout: all \d+ training windows have the one class 'up'/,
    ],
    ['a weight that is NaN', () => weighed(NaN), 'InvalidLabels', /Horizon 16.*row \d+ has weight NaN/],
    [
      'sizes that do not fit',
      () => netFit({ sizes: { units: 0, dropout: 0 } }),
      'InvalidModel',
      /models\.tiny: units is 0/,
    ],
    ['names that do not fit', () => netFit({ featureNames: ['a'] }), 'InvalidFeatures', /320 x 4 features and 1 names/],
  ])('%s is refused in one sentence', async (_, fit, code, message) => {
    const fault = await failure(fit());
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
  });
});

function relabelled(label: () => number): NetFit {
  const fit = netFit();
  const targets = fit.targets.map((target) =>
    target.horizonBars === 16 ? { ...target, classIndex: target.classIndex.map(label) } : target,
  );
  return { ...fit, targets };
}

function weighed(weight: number): NetFit {
  const fit = netFit();
  return {
    ...fit,
    targets: fit.targets.map((one, i) =>
      i === 1 ? { ...one, weigh: (rows: Int32Array) => ok(new Float64Array(rows.length).fill(weight)) } : one,
    ),
  };
}

async function train(fit: NetFit): Promise<TrainedNet> {
  const result = await trainNet(fit);
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

async function failure(fit: NetFit) {
  const result = await trainNet(fit);
  if (result.ok) throw new Error('The training was expected to fail.');
  return result.fault;
}
