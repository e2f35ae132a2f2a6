import type { TensorProgram } from '../graph/program';
import { stepRates } from './adamw';
import type { BatchLoader } from './batches';
import type { TrainingSettings, TrainingState } from './contract';

export interface UpdateFacts {
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
}

/** Does one update from the windows that end at `rows`, whole or in micro-batches. */
export function updateOnce(
  program: TensorProgram,
  loader: BatchLoader,
  settings: TrainingSettings,
  { step, rows, learningRate, accumulates }: UpdateInput,
): UpdateFacts {
  const rates = stepRates(settings, learningRate, step);
  if (!accumulates) {
    for (const batch of loader.trainingBatches(rows, step)) {
      const { loss, gradientNorm } = program.run('step', { ...batch, rates });
      return { loss: scalar(loss), gradientNorm: scalar(gradientNorm) };
    }
  }
  let loss = 0;
  for (const batch of loader.trainingBatches(rows, step)) loss += scalar(program.run('accumulate', batch)['loss']);
  return { loss, gradientNorm: scalar(program.run('apply', { rates })['gradientNorm']) };
}

export interface UpdateInput {
  readonly step: number;
  readonly rows: Int32Array;
  readonly learningRate: number;
  readonly accumulates: boolean;
}

/** Windows in memory at once, and the factor on the learning rate, by the last rung. */
export function effectOfRungs(
  settings: TrainingSettings,
  rungs: TrainingState['rungs'],
): { readonly microBatch: number; readonly learningRateScale: number } {
  const last = rungs.at(-1);
  const microBatch = Math.max(1, Math.min(settings.batchSize, last?.microBatch ?? settings.batchSize));
  return { microBatch, learningRateScale: last?.learningRateScale ?? 1 };
}

/** The weighted mean loss of the stopping part: the mean over the horizons that have a target there. */
export function meanOverHorizons(sums: Float64Array, totals: readonly number[]): number {
  const means = totals.flatMap((total, h) => (total > 0 ? [(sums[h] ?? NaN) / total] : []));
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}

function scalar(values: Float32Array | Int32Array | undefined): number {
  return values?.[0] ?? NaN;
}
