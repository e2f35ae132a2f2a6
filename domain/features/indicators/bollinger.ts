import { RollingMoments, type Moments } from './rolling-moments';
import { Scratch } from './scratch';

/**
 * Where a value stands in its Bollinger bands: (value − mean) / (width × deviation) over `period` values, population
 * deviation. −1 is the lower band, 1 the upper one; not clipped, so a breakout shows. NaN where all values are equal. First
 * value at index period − 1. The bands are TA-Lib's BBANDS.
 */
export class BollingerPosition {
  private readonly moments: RollingMoments;
  private readonly positions = new Scratch();

  constructor(
    private readonly period: number,
    private readonly width: number,
  ) {
    this.moments = new RollingMoments(period);
  }

  /** The position of each value of the next chunk; holds until the next call. */
  fill(values: Float64Array): Float64Array {
    const positions = this.positions.of(values.length);
    positionsInBands(values, this.moments.fill(values), this.period, this.width, positions);
    return positions;
  }
}

/** Writes the position of each value, given the moments of the last `period` values at each. */
export function positionsInBands(
  values: Float64Array,
  { means, squares }: Moments,
  period: number,
  width: number,
  positions: Float64Array,
): void {
  const share = 1 / period;
  for (let i = 0; i < positions.length; i += 1) {
    const spread = squares[i] ?? NaN;
    const distance = (values[i] ?? NaN) - (means[i] ?? NaN);
    positions[i] = spread > 0 ? distance / (width * Math.sqrt(spread * share)) : NaN;
  }
}
