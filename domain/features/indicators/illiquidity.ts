import { RollingSum } from './rolling-sum';
import { Scratch } from './scratch';

/**
 * Price impact (absolute log return over traded value, Amihud 2002) of the last `short` bars that had volume by that of the
 * last `long`; 1 where either window has none or nothing moved. First value at index `long`. What `fill` gives holds until its next call.
 */
export class IlliquidityRatio {
  private readonly impacts = new Scratch();
  private readonly trades = new Scratch();
  private readonly sums: readonly (readonly [impact: RollingSum, trades: RollingSum])[];

  constructor(short: number, long: number) {
    this.sums = [short, long].map((bars) => [new RollingSum(bars), new RollingSum(bars)] as const);
  }

  /** `returns` are one-bar log returns, missing at the first bar. */
  fill(returns: Float64Array, close: Float64Array, volume: Float64Array): Float64Array {
    const [impacts, trades] = [this.impacts.of(close.length), this.trades.of(close.length)];
    for (let i = 0; i < impacts.length; i += 1) {
      const value = (close[i] ?? NaN) * (volume[i] ?? NaN);
      // A return is missing at the first bar whether or not it had volume; 0 × it is missing too.
      impacts[i] = value <= 0 ? 0 * (returns[i] ?? NaN) : Math.abs(returns[i] ?? NaN) / value;
      trades[i] = value <= 0 ? 0 : 1;
    }
    const [recent, usual] = this.sums.map(([impact, bars]) => [impact.fill(impacts), bars.fill(trades)] as const);
    if (recent === undefined || usual === undefined) throw new RangeError('two spans are compared');
    const ratios = recent[0];
    for (let i = 0; i < ratios.length; i += 1) {
      const short = (ratios[i] ?? NaN) / (recent[1][i] ?? NaN);
      const long = (usual[0][i] ?? NaN) / (usual[1][i] ?? NaN);
      const missing = Number.isNaN(usual[0][i] ?? NaN);
      ratios[i] = missing ? NaN : short >= 0 && long > 0 ? short / long : 1;
    }
    return ratios;
  }
}
