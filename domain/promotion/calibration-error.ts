import type { Matrix } from '../core/matrix';

/**
 * Expected calibration error (Guo et al. 2017), as `domain/evaluate` measures it: rows in bins of equal width by the
 * probability of their top class (the first of several), the mean, weighted by rows, of |confidence - share correct|.
 * NaN without rows. Never negative, so biased upwards in small samples: of two models on the same rows alike.
 */
export function calibrationError(probabilities: Matrix, labels: Int8Array, bins: number): number {
  const gaps = new Float64Array(bins);
  for (let row = 0; row < probabilities.rows; row += 1) {
    const { top, confidence } = topOf(probabilities, row);
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(confidence * bins)));
    gaps[bin] = (gaps[bin] ?? 0) + confidence - (top === labels[row] ? 1 : 0);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / probabilities.rows;
}

function topOf(probabilities: Matrix, row: number): { readonly top: number; readonly confidence: number } {
  let [top, confidence] = [0, -Infinity];
  for (let c = 0; c < probabilities.columns; c += 1) {
    const value = probabilities.data[row * probabilities.columns + c] ?? NaN;
    if (value > confidence) [top, confidence] = [c, value];
  }
  return { top, confidence };
}
