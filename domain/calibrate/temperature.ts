import type { Matrix } from '../core/matrix';
import { clipProbability } from './probability-rows';

/** The temperature is sought in [1/100, 100]; an end is returned where the best one lies outside. */
const MAX_SHARPNESS = 100;
const MAX_ITERATIONS = 200;
const TOLERANCE = 1e-13;
/** Mean variance of the log-probabilities within a row, below which every temperature gives the same forecast. */
const NO_SPREAD = 1e-20;

/**
 * Temperature scaling (Guo et al. 2017): the one temperature T for which softmax(log p / T) has the least mean log loss.
 *
 * In the sharpness 1/T the loss is convex, so its derivative is followed to zero by Newton steps inside a bracket that
 * bisection keeps shrinking. Rows that are all uniform fit every T: they get 1.
 *
 * @param probabilities rows × classes, all finite
 * @param labels class of each row
 */
export function fitTemperature(probabilities: Matrix, labels: ArrayLike<number>): number {
  const logs = probabilities.data.map((probability) => Math.log(clipProbability(probability)));
  const slopeAt = (sharpness: number): Slope => lossSlope(logs, probabilities, labels, sharpness);
  if (slopeAt(1).curvature < NO_SPREAD) return 1;
  let low = 1 / MAX_SHARPNESS;
  let high = MAX_SHARPNESS;
  if (slopeAt(low).gradient >= 0) return 1 / low;
  if (slopeAt(high).gradient <= 0) return 1 / high;
  let sharpness = 1;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration += 1) {
    const { gradient, curvature } = slopeAt(sharpness);
    if (gradient > 0) high = sharpness;
    else low = sharpness;
    const newton = sharpness - gradient / curvature;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - sharpness) <= TOLERANCE * sharpness) return 1 / next;
    sharpness = next;
  }
  return 1 / sharpness;
}

/** Writes softmax(log p / temperature) of row `row` of `input` into the same row of `output`, not yet divided by its sum. */
export function temperRow(input: Matrix, output: Matrix, row: number, temperature: number): void {
  const start = row * input.columns;
  const sharpness = 1 / temperature;
  let highest = -Infinity;
  for (let c = 0; c < input.columns; c += 1) {
    const scaled = sharpness * Math.log(clipProbability(input.data[start + c] ?? NaN));
    output.data[start + c] = scaled;
    highest = Math.max(highest, scaled);
  }
  for (let c = 0; c < input.columns; c += 1) {
    output.data[start + c] = Math.exp((output.data[start + c] ?? NaN) - highest);
  }
}

interface Slope {
  readonly gradient: number;
  readonly curvature: number;
}

/** First and second derivative of the mean log loss in the sharpness. */
function lossSlope(logs: Float64Array, shape: Matrix, labels: ArrayLike<number>, sharpness: number): Slope {
  const { rows, columns } = shape;
  let gradient = 0;
  let curvature = 0;
  for (let r = 0; r < rows; r += 1) {
    const start = r * columns;
    let highest = -Infinity;
    for (let c = 0; c < columns; c += 1) highest = Math.max(highest, logs[start + c] ?? NaN);
    let [weightSum, first, second] = [0, 0, 0];
    for (let c = 0; c < columns; c += 1) {
      // Relative to the row's highest log-probability: small differences keep their digits in the variance.
      const z = (logs[start + c] ?? NaN) - highest;
      const weight = Math.exp(sharpness * z);
      weightSum += weight;
      first += weight * z;
      second += weight * z * z;
    }
    const mean = first / weightSum;
    gradient += mean - ((logs[start + (labels[r] ?? NaN)] ?? NaN) - highest);
    curvature += second / weightSum - mean * mean;
  }
  return { gradient: gradient / rows, curvature: curvature / rows };
}
