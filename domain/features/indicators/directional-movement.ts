import { trueRange } from '../../core/atr';
import { WilderAverage } from './moving-average';

/**
 * Wilder's directional movement: +DI and −DI (0 to 100, from index `period` on) and ADX, the Wilder average of their
 * relative difference (0 to 100, from index 2 × period − 1 on). TA-Lib: PLUS_DI, MINUS_DI, ADX.
 *
 * As in TA-Lib the smoothed sums start from the first period − 1 movements; a bar without true range has both DI 0; a bar
 * without direction adds 0 to the seed of ADX and leaves ADX as it is later on.
 */
export class DirectionalMovement {
  plusDi = NaN;
  minusDi = NaN;
  adx = NaN;
  private plusSum = 0;
  private minusSum = 0;
  private rangeSum = 0;
  private bars = 0;
  private previousHigh = NaN;
  private previousLow = NaN;
  private previousClose = NaN;
  private readonly average: WilderAverage;

  constructor(private readonly period: number) {
    this.average = new WilderAverage(period);
  }

  push(high: number, low: number, close: number): void {
    const up = high - this.previousHigh;
    const down = this.previousLow - low;
    const range = trueRange(high, low, this.previousClose);
    this.previousHigh = high;
    this.previousLow = low;
    this.previousClose = close;
    this.bars += 1;
    if (this.bars === 1) return;
    this.smooth(up > 0 && up > down ? up : 0, down > 0 && down > up ? down : 0, range);
    if (this.bars > this.period) this.update();
  }

  private smooth(plus: number, minus: number, range: number): void {
    const seeding = this.bars <= this.period;
    const { period } = this;
    this.plusSum += (seeding ? 0 : -this.plusSum / period) + plus;
    this.minusSum += (seeding ? 0 : -this.minusSum / period) + minus;
    this.rangeSum += (seeding ? 0 : -this.rangeSum / period) + range;
  }

  private update(): void {
    const moved = this.rangeSum !== 0;
    this.plusDi = moved ? 100 * (this.plusSum / this.rangeSum) : 0;
    this.minusDi = moved ? 100 * (this.minusSum / this.rangeSum) : 0;
    const total = this.plusDi + this.minusDi;
    if (total !== 0) this.adx = this.average.push(100 * (Math.abs(this.plusDi - this.minusDi) / total));
    else if (this.bars <= 2 * this.period) this.adx = this.average.push(0);
  }
}
