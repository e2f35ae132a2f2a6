import { gainOf, trueRangeOf } from '../numeric';
import { Scratch } from './scratch';

/** Columns of a chunk, 0 to 100. */
export interface Direction {
  readonly plusDi: Float64Array;
  readonly minusDi: Float64Array;
  readonly adx: Float64Array;
}

/**
 * Wilder's directional movement: +DI and −DI (0 to 100, from index `period` on) and ADX, the Wilder average of their
 * relative difference (0 to 100, from index 2 × period − 1 on). TA-Lib: PLUS_DI, MINUS_DI, ADX.
 *
 * As in TA-Lib the smoothed sums start from the first period − 1 movements; a bar without true range has both DI 0; a bar
 * without direction adds 0 to the seed of ADX and leaves ADX as it is later on.
 */
export class DirectionalMovement {
  private bars = 0;
  private plusSum = 0;
  private minusSum = 0;
  private rangeSum = 0;
  private adx = 0;
  private previousHigh = NaN;
  private previousLow = NaN;
  private previousClose = NaN;
  private readonly plus = new Scratch();
  private readonly minus = new Scratch();
  private readonly adxs = new Scratch();

  constructor(private readonly period: number) {}

  /** All three at each bar of the next chunk; they hold until the next call. */
  fill(high: Float64Array, low: Float64Array, close: Float64Array): Direction {
    const rows = close.length;
    const plusDi = this.plus.of(rows);
    const minusDi = this.minus.of(rows);
    const adxs = this.adxs.of(rows);
    const { period } = this;
    // Products instead of divisions, and all that is carried in variables: each bar waits for the one before it.
    const weight = 1 / period;
    const decay = (period - 1) / period;
    let { bars, plusSum, minusSum, rangeSum, adx, previousHigh, previousLow, previousClose } = this;
    for (let i = 0; i < rows; i += 1) {
      const top = high[i] ?? NaN;
      const bottom = low[i] ?? NaN;
      const up = gainOf(top - previousHigh);
      const down = gainOf(previousLow - bottom);
      const range = trueRangeOf(top, bottom, previousClose);
      previousHigh = top;
      previousLow = bottom;
      previousClose = close[i] ?? NaN;
      bars += 1;
      if (bars > 1) {
        const kept = bars > period ? decay : 1;
        plusSum = plusSum * kept + up * (Number(up > down) | 0);
        minusSum = minusSum * kept + down * (Number(down > up) | 0);
        rangeSum = rangeSum * kept + range;
      }
      const moved = rangeSum !== 0;
      const plus = moved ? 100 * (plusSum / rangeSum) : 0;
      const minus = moved ? 100 * (minusSum / rangeSum) : 0;
      const total = plus + minus;
      if (bars > 2 * period) {
        if (total !== 0) adx = adx * decay + 100 * (Math.abs(plus - minus) / total) * weight;
      } else if (bars > period) {
        adx += total === 0 ? 0 : 100 * (Math.abs(plus - minus) / total);
        if (bars === 2 * period) adx /= period;
      }
      plusDi[i] = bars > period ? plus : NaN;
      minusDi[i] = bars > period ? minus : NaN;
      adxs[i] = bars >= 2 * period ? adx : NaN;
    }
    Object.assign(this, { bars, plusSum, minusSum, rangeSum, adx, previousHigh, previousLow, previousClose });
    return { plusDi, minusDi, adx: adxs };
  }
}
