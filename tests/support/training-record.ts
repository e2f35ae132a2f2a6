import type { RandomStream } from '../../domain/core/random';
import type { ModelFamilyName } from '../../shared/contracts/config/models-schema';
import type { InterruptionRecord, TrainingFacts } from '../../shared/contracts/run-record';
import type { Rung } from '../../shared/names/rungs';

/** How a net's training on one fold may have gone: the stopping loss turns six epochs before the end. */
export function fakeTraining(
  family: ModelFamilyName,
  hasRungs: boolean,
  random: RandomStream,
): Omit<TrainingFacts, 'parameters'> {
  const epochs = 9 + random.integer(12);
  const bestEpoch = Math.max(0, epochs - 6);
  const lookback = 60;
  return {
    lookback,
    epochs: Array.from({ length: epochs }, (_, epoch) => ({
      epoch,
      trainLoss: 0.94 + 0.24 * Math.exp(-epoch / 4) + 0.004 * random.normal(),
      stoppingLoss: 1.04 + 0.0009 * (epoch - bestEpoch) ** 2 + (epoch === bestEpoch ? 0 : 0.001),
      learningRate: 1e-3 * (0.5 + 0.5 * Math.cos((Math.PI * epoch) / 30)),
    })),
    bestEpoch,
    steps: epochs * 71,
    rungs: hasRungs ? fakeRungs() : [],
    attention: family === 'tft' ? fakeAttention(lookback) : null,
    notes: hasRungs ? ['never changes in training and teaches nothing: volumeRatio20'] : [],
  };
}

function fakeRungs(): readonly Rung[] {
  const rung = { learningRateScale: 1, device: 'cpu' as const };
  return [
    {
      ...rung,
      cause: 'OutOfMemory',
      microBatch: 128,
      atStep: 142,
      note: 'out of memory at step 142 on the processor with 256 windows at once: now 128, accumulated 2 times to the same batch of 256.',
    },
    {
      ...rung,
      cause: 'NumericalFailure',
      microBatch: 128,
      learningRateScale: 0.5,
      atStep: 213,
      note: 'the loss was no finite number at step 213: now 0.5 of the learning rate, from the last sound checkpoint.',
    },
  ];
}

/** More on the newest bars. */
function fakeAttention(lookback: number): readonly number[] {
  const weights = Array.from({ length: lookback }, (_, bar) => 1 + 3 * Math.exp((bar - lookback + 1) / 12));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** One of each kind, the costliest first. */
export function fakeInterruptions(): readonly InterruptionRecord[] {
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 5, 4, 1, second)).toISOString();
  const fit = { symbol: 'EURUSD', stage: 'train', host: 'trainer-1' };
  return [
    {
      ...fit,
      part: 'lstm-h20+60-f2',
      code: null,
      outcome: 'running',
      startedAt: at(4),
      lostSeconds: 6.2,
      lostSteps: 31,
    },
    {
      ...fit,
      part: 'lightgbm-h20-f3',
      code: null,
      outcome: 'running',
      startedAt: at(9),
      lostSeconds: 3.1,
      lostSteps: null,
    },
    {
      ...fit,
      part: 'mlp-h20+60-f0',
      code: 'OutOfMemory',
      outcome: 'failed',
      startedAt: at(2),
      lostSeconds: 1.9,
      lostSteps: 12,
    },
    {
      ...fit,
      part: 'gru-h20+60-f1',
      code: null,
      outcome: 'stopped',
      startedAt: at(20),
      lostSeconds: 0.9,
      lostSteps: 0,
    },
    {
      ...fit,
      part: 'tcn-h20+60-f1',
      code: null,
      outcome: 'adopted',
      startedAt: at(30),
      lostSeconds: 0.5,
      lostSteps: 3,
    },
  ];
}
