import { DAY_MS } from '../core/durations';

/** The first row whose instant is at or after `instantMs`, or the number of rows; `time` ascends. */
export function firstRowAtOrAfter(time: Float64Array, instantMs: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? NaN) < instantMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first row whose instant is after `instantMs`, or the number of rows; `time` ascends. */
export function firstRowAfter(time: Float64Array, instantMs: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? NaN) <= instantMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The first row that an embargo after `endMs` no longer holds back.
 *
 * A trading day is a UTC date on which a bar closes. The embargo covers the rest of the date of `endMs` and the next
 * `embargoDays` trading days (a fraction counts as a whole day); 0 is no embargo at all. Weekends and holidays do not use
 * it up.
 */
export function embargoEndRow(time: Float64Array, endMs: number, embargoDays: number): number {
  if (embargoDays <= 0) return 0;
  let row = firstRowOfLaterDate(time, endMs);
  for (let day = 0; day < embargoDays && row < time.length; day += 1) {
    row = firstRowOfLaterDate(time, time[row] ?? Infinity);
  }
  return row;
}

/** The first row that closes on a later date (UTC) than `instantMs`. */
export function firstRowOfLaterDate(time: Float64Array, instantMs: number): number {
  return firstRowAtOrAfter(time, (Math.floor(instantMs / DAY_MS) + 1) * DAY_MS);
}
