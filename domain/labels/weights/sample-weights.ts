import { fail, ok, type Result } from '../../core/result';
import type { SampleWeigher } from '../../core/sample-weights';
import { averageUniqueness, concurrency, type LabelSpans } from './concurrency';
import { returnAttribution, type BarPrices } from './return-attribution';
import { timeDecay } from './time-decay';

/** The `labels.weights` section of a run's configuration: what the weights of training rows are made of. */
export interface WeightSettings {
  /** Average uniqueness: rows whose labels overlap many others weigh less. */
  readonly uniqueness: boolean;
  /** The moves that a row's label had for itself. It shares by concurrency already, so it takes the place of uniqueness. */
  readonly returnAttribution: boolean;
  /** See `timeDecay`: what the oldest row keeps, in (−1, 1]; null: all rows keep all. */
  readonly timeDecay: number | null;
}

/** Whether any weight is asked for. */
export function asksForWeights({
  uniqueness,
  returnAttribution: attributed,
  timeDecay: oldest,
}: WeightSettings): boolean {
  return uniqueness || attributed || oldest !== null;
}

/** What weights are made from: for every bar of the series the bar that decided its label, -1 where none did. */
export interface WeightMaterial {
  readonly t1Row: Int32Array;
  /** Wanted by return attribution only. */
  readonly prices: BarPrices | null;
}

/**
 * Weights of training rows, of mean 1, from these rows alone: what other rows of the series are like, whose labels a fold
 * left out or tests on, changes nothing. Uniqueness or return attribution, times the decay.
 *
 * Example: rows 0, 1, 2 that end at bars 2, 2, 4 with `uniqueness` weigh 0.75, 0.5, 1 over their mean 0.75: 1, 0.667, 1.333.
 *
 * Gives InvalidLabels for a row that nothing decided, and where all weights are 0 or one is no number (return attribution
 * of prices that never move, or that are missing).
 */
export function createSampleWeigher(settings: WeightSettings, { t1Row, prices }: WeightMaterial): SampleWeigher {
  return (rows) => {
    const undecided = rows.find((row) => (t1Row[row] ?? -1) <= row);
    if (undecided !== undefined) {
      return fail(
        'InvalidLabels',
        `Row ${undecided} has no decided label, so it has no weight; train on decided rows only.`,
      );
    }
    return toMeanOne(rawWeights({ rows, ends: rows.map((row) => t1Row[row] ?? -1) }, settings, prices));
  };
}

function rawWeights(spans: LabelSpans, settings: WeightSettings, prices: BarPrices | null): Float64Array {
  const alive = concurrency(spans);
  const uniqueness = averageUniqueness(spans, alive);
  const weights = settings.returnAttribution
    ? returnAttribution(spans, prices ?? { open: new Float64Array(0), close: new Float64Array(0) }, alive)
    : settings.uniqueness
      ? uniqueness
      : new Float64Array(spans.rows.length).fill(1);
  if (settings.timeDecay === null) return weights;
  const factors = timeDecay(uniqueness, settings.timeDecay);
  return weights.map((weight, i) => weight * (factors[i] ?? NaN));
}

function toMeanOne(weights: Float64Array): Result<Float64Array> {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  if (weights.length === 0 || (mean > 0 && Number.isFinite(mean))) return ok(weights.map((weight) => weight / mean));
  return fail(
    'InvalidLabels',
    `The sample weights of ${weights.length} training rows have the mean ${mean}; it must be positive. With ` +
      'labels.weights.returnAttribution prices must move in training: turn it off, or give other bars.',
    { rows: weights.length, mean },
  );
}
