import type { RandomStream } from '../core/random';

export interface BarPrices {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** What a bar moves from the close before it to its own close, in log prices. */
export interface BarMove {
  readonly previousClose: number;
  readonly logReturn: number;
  /** Standard deviation of the whole move. */
  readonly deviation: number;
  /** Share of its variance that falls before the open, over the pause since the bar before. */
  readonly pauseShare: number;
}

/**
 * Open, high, low and close of one bar whose end is known. The path is a Brownian bridge from the close before to this
 * close: its point at the end of the pause is the open, and from there the highest and lowest points follow their exact
 * laws, P(max > m) = exp(-2 m (m - x) / v) for a bridge of variance v that ends at x. Maximum and minimum are drawn
 * apart, which a bridge does not do, so very wide and very narrow bars are a little too rare.
 */
export function drawBarPrices(move: BarMove, random: RandomStream): BarPrices {
  const { previousClose, logReturn, deviation, pauseShare } = move;
  const gap = pauseShare * logReturn + Math.sqrt(pauseShare * (1 - pauseShare)) * deviation * random.normal();
  const rest = logReturn - gap;
  const restVariance = deviation * deviation * (1 - pauseShare);
  const above = bridgeExtreme(rest, restVariance, random.uniform());
  const below = bridgeExtreme(-rest, restVariance, random.uniform());
  const open = previousClose * Math.exp(gap);
  const close = previousClose * Math.exp(logReturn);
  return {
    open,
    close,
    high: Math.max(open, close, open * Math.exp(above)),
    low: Math.min(open, close, open * Math.exp(-below)),
  };
}

/** The maximum of a bridge from 0 to `end` whose survival function takes the value 1 - `draw`; at least 0 and `end`. */
function bridgeExtreme(end: number, variance: number, draw: number): number {
  return (end + Math.sqrt(end * end - 2 * variance * Math.log(1 - draw))) / 2;
}
