import type { BarRow } from './bar-row';

/**
 * Counts how many bars in a row, the given one included, have no range and one and the same price; 0 for a bar that has a
 * range. Looks back only: a bar's number does not depend on how long the run will become.
 */
export function createStaleRuns(): (bar: BarRow) => number {
  let price = NaN;
  let length = 0;
  return (bar) => {
    const isFlat = bar.high === bar.low;
    length = isFlat ? (bar.close === price ? length + 1 : 1) : 0;
    price = isFlat ? bar.close : NaN;
    return length;
  };
}
