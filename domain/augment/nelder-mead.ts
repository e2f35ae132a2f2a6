export interface SimplexSettings {
  readonly maxEvaluations: number;
  /** Ends where the values at the corners differ by no more. */
  readonly tolerance: number;
  /** How far the first corners lie from the start, in each direction. */
  readonly step: number;
}

export interface SimplexMinimum {
  readonly point: readonly number[];
  readonly value: number;
}

interface Corner {
  readonly point: readonly number[];
  readonly value: number;
}

/**
 * Minimises a function of a few variables without its gradient, by the simplex of Nelder and Mead (1965) with the usual
 * coefficients. A value that is not finite counts as infinitely high, so a bad corner is walked away from.
 */
export function minimiseBySimplex(
  objective: (point: readonly number[]) => number,
  start: readonly number[],
  settings: SimplexSettings,
): SimplexMinimum {
  let evaluations = 0;
  const at = (point: readonly number[]): Corner => {
    evaluations += 1;
    const value = objective(point);
    return { point, value: Number.isFinite(value) ? value : Infinity };
  };
  let corners = byValue([
    at(start),
    ...start.map((_, axis) => at(start.map((x, i) => (i === axis ? x + settings.step : x)))),
  ]);
  for (;;) {
    const [best, worst] = [corners[0], corners.at(-1)];
    if (best === undefined || worst === undefined) return { point: start, value: Infinity };
    const isDone = worst.value - best.value <= settings.tolerance || evaluations >= settings.maxEvaluations;
    if (isDone) return best;
    corners = byValue(nextCorners(corners, at));
  }
}

function nextCorners(corners: readonly Corner[], at: (point: readonly number[]) => Corner): readonly Corner[] {
  const others = corners.slice(0, -1);
  const [best, secondWorst, worst] = [corners[0], others.at(-1), corners.at(-1)];
  if (best === undefined || secondWorst === undefined || worst === undefined) return corners;
  const centre = best.point.map((_, i) => others.reduce((sum, { point }) => sum + (point[i] ?? 0), 0) / others.length);
  const along = (factor: number): Corner => at(centre.map((x, i) => x + factor * (x - (worst.point[i] ?? 0))));

  const reflected = along(1);
  if (reflected.value < best.value) {
    const expanded = along(2);
    return [...others, expanded.value < reflected.value ? expanded : reflected];
  }
  if (reflected.value < secondWorst.value) return [...others, reflected];
  const contracted = reflected.value < worst.value ? along(0.5) : along(-0.5);
  if (contracted.value < Math.min(reflected.value, worst.value)) return [...others, contracted];
  return [best, ...corners.slice(1).map(({ point }) => at(point.map((x, i) => (x + (best.point[i] ?? 0)) / 2)))];
}

function byValue(corners: readonly Corner[]): readonly Corner[] {
  return [...corners].sort((a, b) => a.value - b.value);
}
