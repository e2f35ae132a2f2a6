/** 1: a constant; 2: a constant and a straight line. */
export type Deterministic = 1 | 2;

/**
 * Products of all regressors and of the outcome with one another, row-major, the outcome (Δx) last.
 * `order` is where the lagged level stands: before the lags (nested models), or after them (its t value).
 */
export interface Gram {
  readonly size: number;
  readonly products: Float64Array;
}

/**
 * The products of the Dickey–Fuller regression with `lags` lagged differences, over every row that has them all.
 *
 * Level and line are taken about their means, which changes no t value of a regression with a constant and keeps their
 * products with it exact. Products of two lagged differences differ from those one lag earlier by one term at each end.
 */
export function gramOfDifferences(
  series: Float64Array,
  deterministic: Deterministic,
  lags: number,
  order: 'levelFirst' | 'levelLast',
): Gram {
  const size = deterministic + 1 + lags + 1;
  const products = new Float64Array(size * size);
  const set = (a: number, b: number, value: number): void => {
    products[a * size + b] = value;
    products[b * size + a] = value;
  };
  const outcome = size - 1;
  const level = order === 'levelFirst' ? deterministic : outcome - 1;
  const lagAt = (lag: number): number =>
    lag === 0 ? outcome : deterministic + (order === 'levelFirst' ? lag : lag - 1);
  const { differences, levels, line } = regressors(series, lags);
  const rows = levels.length;

  set(0, 0, rows);
  set(level, level, dot(levels, levels, 0));
  if (deterministic === 2) {
    set(1, 1, dot(line, line, 0));
    set(1, level, dot(line, levels, 0));
  }
  for (let lag = 0; lag <= lags; lag += 1) {
    const start = lags - lag;
    set(0, lagAt(lag), total(differences, start, rows));
    set(level, lagAt(lag), dot(levels, differences, start));
    if (deterministic === 2) set(1, lagAt(lag), dot(line, differences, start));
  }
  setLagProducts(differences, rows, lags, (i, j, value) => {
    set(lagAt(i), lagAt(j), value);
  });
  return { size, products };
}

/** Sum of squared residuals of the model with the first `fixed` regressors, then with one more at a time; NaN: singular. */
export function nestedResiduals(gram: Gram, fixed: number): readonly number[] {
  const projections = outcomeProjections(gram);
  const outcome = gram.products[gram.size * gram.size - 1] ?? NaN;
  let left = outcome;
  const residuals: number[] = [];
  for (const [i, projection] of projections.entries()) {
    left -= projection * projection;
    if (i >= fixed - 1) residuals.push(left > outcome * SINGULAR ? left : NaN);
  }
  return residuals;
}

/** The t value of the last regressor, or null where the regression is singular or fits perfectly. */
export function fitLast(gram: Gram, rows: number): { readonly t: number } | null {
  const residual = nestedResiduals(gram, gram.size - 1).at(-1) ?? NaN;
  const last = outcomeProjections(gram).at(-1) ?? NaN;
  // With x the part of the last regressor that the others do not explain: coefficient (x·y)/|x|², its error σ/|x|.
  const t = last / Math.sqrt(residual / (rows - (gram.size - 1)));
  return Number.isFinite(t) ? { t } : null;
}

/** Below this share of itself, what is left of a regressor after the others is rounding. */
const SINGULAR = 1e-13;

/** The outcome along each regressor's own direction (Cholesky), in their order; NaN from the first singular one on. */
function outcomeProjections({ size, products }: Gram): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i && j < size - 1; j += 1) {
      let sum = products[i * size + j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (factor[i * size + k] ?? 0) * (factor[j * size + k] ?? 0);
      const isSingular = i === j && !(sum > SINGULAR * (products[i * size + i] ?? 0));
      factor[i * size + j] = i !== j ? sum / (factor[j * size + j] ?? NaN) : isSingular ? NaN : Math.sqrt(sum);
    }
  }
  return factor.slice((size - 1) * size, size * size - 1);
}

interface Regressors {
  /** Δx from the first one that a lag reaches back to. */
  readonly differences: Float64Array;
  /** x(t-1) of each row about its mean. */
  readonly levels: Float64Array;
  /** A straight line through the rows, from -½ to ½. */
  readonly line: Float64Array;
}

function regressors(series: Float64Array, lags: number): Regressors {
  const differences = Float64Array.from(
    { length: series.length - 1 },
    (_, t) => (series[t + 1] ?? NaN) - (series[t] ?? NaN),
  );
  const levels = series.slice(lags, series.length - 1);
  const rows = levels.length;
  const first = levels[0] ?? 0;
  const mean = levels.reduce((sum, value) => sum + (value - first), 0) / rows;
  return {
    differences,
    levels: levels.map((value) => value - first - mean),
    line: Float64Array.from({ length: rows }, (_, t) => (t - (rows - 1) / 2) / rows),
  };
}

/** Σ Δx(t-i)·Δx(t-j) over the rows, for all pairs of lags i ≤ j; lag 0 is the outcome. */
function setLagProducts(
  differences: Float64Array,
  rows: number,
  lags: number,
  set: (i: number, j: number, value: number) => void,
): void {
  const end = lags + rows;
  for (let distance = 0; distance <= lags; distance += 1) {
    let product = 0;
    for (let t = lags; t < end; t += 1) product += (differences[t] ?? 0) * (differences[t - distance] ?? 0);
    for (let i = 0; i + distance <= lags; i += 1) {
      set(i, i + distance, product);
      const [entering, leaving] = [lags - 1 - i, end - 1 - i];
      product += (differences[entering] ?? 0) * (differences[entering - distance] ?? 0);
      product -= (differences[leaving] ?? 0) * (differences[leaving - distance] ?? 0);
    }
  }
}

function dot(a: Float64Array, b: Float64Array, offset: number): number {
  let sum = 0;
  for (let t = 0; t < a.length; t += 1) sum += (a[t] ?? 0) * (b[t + offset] ?? 0);
  return sum;
}

function total(values: Float64Array, start: number, rows: number): number {
  let sum = 0;
  for (let t = start; t < start + rows; t += 1) sum += values[t] ?? 0;
  return sum;
}
