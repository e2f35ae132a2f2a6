import type { EquityPoint } from '../core/evaluation';

/** A curve holds at most this many points, so that a report of many models stays small. */
export const MAX_EQUITY_POINTS = 500;

/** Loss from the highest capital so far, as a share of it; the capital before the first bar is 1. */
function drawdowns(equity: Float64Array): Float64Array {
  let peak = 1;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return 1 - value / peak;
  });
}

/** The largest loss from a peak at the close of any bar, 0 to 1; 0 for a curve that never falls. */
export function maxDrawdown(equity: Float64Array): number {
  return drawdowns(equity).reduce((worst, value) => Math.max(worst, value), 0);
}

/**
 * The curve for a picture: a first point of capital 1 at `startTime`, then the bars; thinned to at most `maxPoints`. Of each stretch the point of the deepest drawdown and that of the highest capital are kept, so the
 * largest drawdown and the peaks stand in the picture as they were. Drawdowns are those of the full curve.
 */
export function equityCurve(
  startTime: number,
  time: Float64Array,
  equity: Float64Array,
  maxPoints: number = MAX_EQUITY_POINTS,
): EquityPoint[] {
  const drawdown = drawdowns(equity);
  const start: EquityPoint = { time: startTime, equity: 1, drawdown: 0 };
  const points = [
    start,
    ...Array.from(time, (instant, i) => ({ time: instant, equity: equity[i] ?? NaN, drawdown: drawdown[i] ?? NaN })),
  ];
  if (points.length <= maxPoints) return points;
  const kept = new Set([0, points.length - 1]);
  const stretches = (maxPoints - 2) / 2;
  for (let s = 0; s < stretches; s += 1) {
    const from = Math.floor((s * points.length) / stretches);
    const to = Math.floor(((s + 1) * points.length) / stretches);
    kept.add(indexOfHighest(points, from, to, (point) => point.drawdown));
    kept.add(indexOfHighest(points, from, to, (point) => point.equity));
  }
  return points.filter((_, i) => kept.has(i));
}

function indexOfHighest(
  points: readonly EquityPoint[],
  from: number,
  to: number,
  measure: (point: EquityPoint) => number,
): number {
  let best = from;
  let highest = -Infinity;
  for (let i = from; i < to; i += 1) {
    const point = points[i];
    if (point === undefined || measure(point) <= highest) continue;
    highest = measure(point);
    best = i;
  }
  return best;
}
