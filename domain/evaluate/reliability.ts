import { CLASS_COUNT } from '../core/classes';
import type { ReliabilityBin } from '../core/evaluation';
import { binOf, isClassified, topClass, type TestRows } from './test-rows';

/**
 * The reliability diagram of one class over the classified rows: bins of equal width on [0, 1] by the class's
 * probability, each with the mean forecast and the share of rows on which the class came true. Empty bins are left out.
 */
export function reliabilityBins(rows: TestRows, classIndex: number, bins: number): ReliabilityBin[] {
  return binned(rows, () => classIndex, bins);
}

/** The same of the class that each row holds most probable: the bins that the expected calibration error is made of. */
export function confidenceBins(rows: TestRows, bins: number): ReliabilityBin[] {
  return binned(rows, (r) => topClass(rows.probabilities, r), bins);
}

function binned(rows: TestRows, classOf: (row: number) => number, bins: number): ReliabilityBin[] {
  const counts = new Float64Array(bins);
  const forecasts = new Float64Array(bins);
  const observed = new Float64Array(bins);
  const { probabilities } = rows;
  for (let r = 0; r < probabilities.rows; r += 1) {
    if (!isClassified(rows, r)) continue;
    const classIndex = classOf(r);
    const forecast = probabilities.data[r * probabilities.columns + classIndex] ?? NaN;
    const bin = binOf(forecast, bins);
    counts[bin] = (counts[bin] ?? 0) + 1;
    forecasts[bin] = (forecasts[bin] ?? 0) + forecast;
    if (rows.classIndex[r] === classIndex) observed[bin] = (observed[bin] ?? 0) + 1;
  }
  return [...counts].flatMap((count, bin) =>
    count === 0
      ? []
      : [
          {
            low: bin / bins,
            high: (bin + 1) / bins,
            count,
            meanForecast: (forecasts[bin] ?? NaN) / count,
            observedShare: (observed[bin] ?? NaN) / count,
          },
        ],
  );
}

/** Counts of classified rows as confusion[actual][predicted], classes in the order of CLASS_NAMES. */
export function confusionMatrix(rows: TestRows): number[][] {
  const counts = Array.from({ length: CLASS_COUNT }, () => new Array<number>(CLASS_COUNT).fill(0));
  for (let r = 0; r < rows.probabilities.rows; r += 1) {
    const actual = counts[rows.classIndex[r] ?? -1];
    if (actual === undefined || !isClassified(rows, r)) continue;
    const predicted = topClass(rows.probabilities, r);
    actual[predicted] = (actual[predicted] ?? 0) + 1;
  }
  return counts;
}
