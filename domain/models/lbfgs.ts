/** Value of a function; fills `gradient` at the same point. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseSettings {
  readonly maxIterations: number;
  /** Stops when no component of the gradient is larger than this. */
  readonly tolerance: number;
  /** Fills `out` with an approximate inverse Hessian times `vector`. */
  readonly precondition: (vector: Float64Array, out: Float64Array) => void;
  readonly onIteration: (iteration: number, value: number) => void;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** False where the iterations ran out first; the point is then the best found so far. */
  readonly converged: boolean;
}

const HISTORY = 10;
const ARMIJO = 1e-4;
const MAX_HALVINGS = 40;

interface Correction {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/**
 * Minimises a smooth convex function by preconditioned L-BFGS with a backtracking line search (Nocedal and Wright,
 * Numerical Optimization, algorithms 7.4 and 3.1). No randomness and a fixed order of sums: the same input gives the same
 * bits. A value that is not finite ends it; the caller sees it in `value`.
 */
export function minimise(objective: Objective, start: Float64Array, settings: MinimiseSettings): Minimum {
  let point: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(point.length);
  let value = objective(point, gradient);
  const history: Correction[] = [];
  for (let iteration = 0; iteration < settings.maxIterations; iteration += 1) {
    if (!Number.isFinite(value)) return { point, value, iterations: iteration, converged: false };
    if (largest(gradient) <= settings.tolerance) return { point, value, iterations: iteration, converged: true };
    const direction = descent(gradient, history, settings.precondition);
    const next = lineSearch(objective, point, value, gradient, direction);
    // No lower value within rounding: this is the minimum as far as doubles can tell.
    if (next === null) return { point, value, iterations: iteration, converged: true };
    remember(history, point, gradient, next);
    ({ point, gradient, value } = next);
    settings.onIteration(iteration + 1, value);
  }
  return { point, value, iterations: settings.maxIterations, converged: largest(gradient) <= settings.tolerance };
}

interface Evaluated {
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}

function lineSearch(
  objective: Objective,
  point: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
): Evaluated | null {
  const slope = dot(gradient, direction);
  const rounding = 4 * Number.EPSILON * Math.abs(value);
  let length = 1;
  for (let halving = 0; halving <= MAX_HALVINGS; halving += 1) {
    const tried = point.map((x, i) => x + length * (direction[i] ?? 0));
    const triedGradient = new Float64Array(point.length);
    const triedValue = objective(tried, triedGradient);
    if (triedValue <= value + ARMIJO * length * slope + rounding) {
      const moved = triedValue < value || largest(triedGradient) < largest(gradient);
      return moved ? { point: tried, gradient: triedGradient, value: triedValue } : null;
    }
    length /= 2;
  }
  return null;
}

/** Two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descent(
  gradient: Float64Array,
  history: readonly Correction[],
  precondition: MinimiseSettings['precondition'],
): Float64Array {
  const q = gradient.slice();
  const alphas: number[] = [];
  for (const { step, change, curvature } of [...history].reverse()) {
    const alpha = dot(step, q) / curvature;
    addScaled(q, -alpha, change);
    alphas.push(alpha);
  }
  const direction = new Float64Array(gradient.length);
  precondition(q, direction);
  for (const { step, change, curvature } of history) {
    const beta = dot(change, direction) / curvature;
    addScaled(direction, (alphas.pop() ?? 0) - beta, step);
  }
  return direction.map((x) => -x);
}

function remember(history: Correction[], point: Float64Array, gradient: Float64Array, next: Evaluated): void {
  const step = next.point.map((x, i) => x - (point[i] ?? 0));
  const change = next.gradient.map((x, i) => x - (gradient[i] ?? 0));
  const curvature = dot(step, change);
  // Without positive curvature (rounding) the update would break positive definiteness.
  if (!(curvature > Number.EPSILON * dot(change, change))) return;
  history.push({ step, change, curvature });
  if (history.length > HISTORY) history.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function addScaled(target: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < target.length; i += 1) target[i] = (target[i] ?? 0) + factor * (vector[i] ?? 0);
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}
