import type { EquityPoint } from '../../domain/core/evaluation';

/**
 * Thins a capital curve to about `limit` points: of each stretch the first point, the deepest drawdown and the last stay, so
 * that the maximum drawdown is still to be seen. A shorter curve comes back as it is.
 */
export function thinEquity(points: readonly EquityPoint[], limit: number): readonly EquityPoint[] {
  if (points.length <= limit) return points;
  const stretches = Math.max(1, Math.floor(limit / 3));
  const kept = Array.from({ length: stretches }, (_, stretch) => {
    const from = Math.floor((stretch * points.length) / stretches);
    const to = Math.floor(((stretch + 1) * points.length) / stretches);
    return keptOf(points.slice(from, to));
  });
  return kept.flat();
}

function keptOf(stretch: readonly EquityPoint[]): readonly EquityPoint[] {
  const deepest = stretch.reduce(
    (found, point, index) => (point.drawdown > (stretch[found]?.drawdown ?? 0) ? index : found),
    0,
  );
  return stretch.filter((_, index) => index === 0 || index === deepest || index === stretch.length - 1);
}
