/**
 * The largest distance a price may have travelled within a bar, counting the jump from the previous close
 * (Wilder, New Concepts in Technical Trading Systems, 1978). NaN in, NaN out.
 */
export function trueRange(high: number, low: number, previousClose: number): number {
  return Math.max(high - low, Math.abs(previousClose - high), Math.abs(previousClose - low));
}

/** A running average true range; it carries a handful of numbers, so bars may come in chunks of any size. */
export interface AtrState {
  /** Takes the next bar and returns the ATR at it, in price units; NaN for the first `period` bars. */
  push(high: number, low: number, close: number): number;
  /** Takes the next bars and returns the ATR at each: the same numbers, several times as fast. */
  fill(high: Float64Array, low: Float64Array, close: Float64Array): Float64Array;
}

/**
 * Wilder's average true range with the seeding of TA-Lib: the first bar has no true range, the first value stands at bar
 * `period` (counted from 0) and is the plain mean of the true ranges of bars 1 … period; from then on
 * `ATR = (ATR · (period - 1) + TR) / period`.
 *
 * A NaN price makes every later value NaN: bars must be clean. `period` is a whole number of at least 1 (the caller
 * checks it). Source: Wilder (1978); TA-Lib 0.6, `ta_ATR.c`, unstable period 0.
 */
export function createAtr(period: number): AtrState {
  let previousClose = NaN;
  let seen = 0;
  let sum = 0;
  let atr = NaN;
  const push = (high: number, low: number, close: number): number => {
    if (seen > 0) {
      const range = trueRange(high, low, previousClose);
      if (seen < period) sum += range;
      else if (seen === period) atr = (sum + range) / period;
      else atr = (atr * (period - 1) + range) / period;
    }
    seen += 1;
    previousClose = close;
    return atr;
  };
  return {
    push,
    fill(high, low, close) {
      const values = new Float64Array(high.length);
      const seeding = Math.min(values.length, Math.max(0, period + 1 - seen));
      for (let i = 0; i < seeding; i += 1) values[i] = push(high[i] ?? NaN, low[i] ?? NaN, close[i] ?? NaN);
      // In variables of its own: what a closure keeps is written to memory with every bar.
      let [last, before] = [atr, previousClose];
      for (let i = seeding; i < values.length; i += 1) {
        last = (last * (period - 1) + trueRange(high[i] ?? NaN, low[i] ?? NaN, before)) / period;
        before = close[i] ?? NaN;
        values[i] = last;
      }
      seen += values.length - seeding;
      [atr, previousClose] = [last, before];
      return values;
    },
  };
}
