import { fail, ok, type Result } from '../core/result';
import type { FracDiff } from './declaration';
import { FractionalDifference } from './indicators/fractional-difference';
import { logReturn } from './numeric';

/** Steps of the grid 0, 0.05 … 1. */
const STEPS = 20;
/** A test of stationarity on fewer values says next to nothing. */
const LEAST_VALUES = 50;

/** The order found, and whether any passed: none does where the price never moved. */
export interface FittedFracDiff {
  readonly fracDiff: FracDiff;
  readonly stationary: boolean;
}

/**
 * Fits fractional differentiation: the smallest order of 0, 0.05 … 1 at which the log price, differentiated over a fixed
 * window of `width` bars, passes the test; so much memory of the level is kept as stationarity allows. Where none passes it
 * is order 1, and `stationary` says so.
 *
 * `closes` are those of the first training part and of no other bar: the order must not know what is tested later.
 * `isStationary` is the test, usually ADF at 5 %.
 *
 * Gives InvalidConfig where the part is too short for the window. Source: López de Prado (2018), ch. 5.5.
 */
export function fitFracDiff(
  closes: Float64Array,
  width: number,
  isStationary: (series: Float64Array) => boolean,
): Result<FittedFracDiff> {
  const values = closes.length - width + 1;
  if (values < LEAST_VALUES) {
    return fail(
      'InvalidConfig',
      `features.fracDiff: the first training part has ${closes.length} bars, which leaves ${Math.max(0, values)} values of a window of ` +
        `${width}; at least ${LEAST_VALUES} are needed: shorten features.fracDiff.width or give more bars`,
      { bars: closes.length, width },
    );
  }
  const referencePrice = closes[0] ?? NaN;
  for (let step = 0; step <= STEPS; step += 1) {
    const fracDiff = { order: step / STEPS, width, referencePrice };
    if (isStationary(differentiated(closes, fracDiff))) return ok({ fracDiff, stationary: true });
  }
  return ok({ fracDiff: { order: 1, width, referencePrice }, stationary: false });
}

/** The values of the windows that are full. */
function differentiated(closes: Float64Array, { order, width, referencePrice }: FracDiff): Float64Array {
  const difference = new FractionalDifference(order, width);
  return difference.fill(closes.map((close) => logReturn(referencePrice, close))).subarray(width - 1);
}
