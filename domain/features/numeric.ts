/**
 * Below this share of the price a mean true range counts as no movement at all, and what would be divided by it is NaN: a
 * thousandth of a basis point is far below one tick of any market, but a decaying average never reaches zero by itself.
 */
export const LEAST_ATR_SHARE = 1e-7;

/** The value at `row`; NaN outside the column. */
export function at(column: Float64Array, row: number): number {
  return column[row] ?? NaN;
}

/** numerator / denominator for a denominator that cannot be negative; NaN where it is zero or missing. */
export function ratio(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : NaN;
}

/** ln(to / from); NaN where a price is not positive or missing. */
export function logReturn(from: number, to: number): number {
  return from > 0 && to > 0 ? Math.log(to / from) : NaN;
}

/** The remainder with the sign of the divisor, so that instants before 1970 work as well. */
export function floorModulo(value: number, divisor: number): number {
  const remainder = value % divisor;
  return remainder < 0 ? remainder + divisor : remainder;
}

/** A change where it is positive, else 0; exact, and without a branch that a processor would have to guess. */
export function gainOf(change: number): number {
  return 0.5 * (Math.abs(change) + change);
}

/** The same as `trueRange` of `domain/core/atr`, in fewer comparisons: 0 × a missing close is missing. */
export function trueRangeOf(high: number, low: number, previousClose: number): number {
  return (
    (previousClose > high ? previousClose : high) - (previousClose < low ? previousClose : low) + 0 * previousClose
  );
}
