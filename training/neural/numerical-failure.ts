import { fail, type Result } from '../../domain/core/result';
import type { NetFit, TrainingState } from './contract';

export interface FailedBatch {
  /** Training before the update that failed. */
  readonly state: TrainingState;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** null: it was found on the stopping part, after the epoch's last update. */
  readonly batch: number | null;
  /** Last rows of the windows that it was found on. */
  readonly rows: Int32Array;
  /** Updates done at the last durable checkpoint. */
  readonly checkpointStep: number | null;
}

interface FeatureRange {
  readonly feature: string;
  readonly lowest: number;
  readonly highest: number;
}

const NAMED_FEATURES = 5;

/** A loss or gradient that is NaN or infinite, or a gradient that has exploded: where it happened, and the range of each feature in those windows. */
export function numericalFailure(fit: NetFit, failed: FailedBatch): Result<never> {
  const { state, batch, loss, gradientNorm, learningRate, checkpointStep } = failed;
  const ranges = featureRanges(fit, failed.rows);
  const worst = [...ranges].sort((a, b) => magnitude(b) - magnitude(a)).slice(0, NAMED_FEATURES);
  const told = worst.map(({ feature, lowest, highest }) => `${feature} ${short(lowest)} to ${short(highest)}`);
  const what = Number.isFinite(loss) ? `gradient's norm ${gradientNorm}` : `loss ${loss}`;
  return fail(
    'NumericalFailure',
    `Training became numerically impossible (${what}) in epoch ${state.epoch}, ${batch === null ? 'on the stopping part' : `batch ${batch}`}, at learning rate ${short(learningRate)}. Widest scaled features there: ${told.join(', ')}. Lower the learning rate or mend the data.`,
    {
      epoch: state.epoch,
      batch,
      step: state.step,
      learningRate,
      loss: String(loss),
      gradientNorm: String(gradientNorm),
      checkpointStep,
      featureRanges: ranges.map(({ feature, lowest, highest }) => ({
        feature,
        lowest: json(lowest),
        highest: json(highest),
      })),
    },
  );
}

function featureRanges({ series, settings, featureNames }: NetFit, ends: Int32Array): readonly FeatureRange[] {
  return featureNames.map((feature, c) => {
    let lowest = Infinity;
    let highest = -Infinity;
    for (const end of ends) {
      for (let row = end - settings.lookback + 1; row <= end; row += 1) {
        const value = series.features[row * series.columns + c] ?? NaN;
        // A NaN stays.
        lowest = Math.min(lowest, value);
        highest = Math.max(highest, value);
      }
    }
    return { feature, lowest, highest };
  });
}

/** JSON has no NaN and no infinity. */
function json(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function magnitude({ lowest, highest }: FeatureRange): number {
  const widest = Math.max(Math.abs(lowest), Math.abs(highest));
  return Number.isNaN(widest) ? Infinity : widest;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
