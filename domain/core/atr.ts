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
  return {
    push(high, low, close) {
      if (seen > 0) {
        const range = trueRange(high, low, previousClose);
        if (seen < period) sum += range;
        else if (seen === period) atr = (sum + range) / period;
        else atr = (atr * (period - 1) + range) / period;
      }
      seen += 1;
      previousClose = close;
      return atr;
    },
  };
}
