/** Where a price moved more explosively than a random walk does by chance. */
export interface ExplosiveTest {
  /** Supremum of the Dickey–Fuller statistic over windows that begin at the first value (SADF; Phillips, Wu & Yu 2011). */
  readonly forward: number;
  /** Supremum over windows that begin anywhere (GSADF; Phillips, Shi & Yu 2015): also of several episodes. */
  readonly supremum: number;
  /** What a random walk of this length exceeds in one case of twenty. */
  readonly critical: { readonly forward: number; readonly supremum: number };
  /** First and last value of the window of the supremum. */
  readonly from: number;
  readonly to: number;
}

/** The shortest series whose windows have enough values. */
const LEAST_VALUES = 50;

/**
 * Tests a series of log prices for explosive behaviour: the augmented Dickey–Fuller regression Δy = α + β·y + ε, without
 * lagged differences as Phillips, Shi & Yu (2015) advise, over every window of at least a share 0.01 + 1.8/√n of the values;
 * large positive t values of β mean growth that feeds on itself. López de Prado (2018, ch. 17) calls the supremum over the
 * starts of windows SADF too. Quadratic in the length: every window costs a few products of running sums.
 *
 * Changes of volatility alone make large values more frequent than the critical ones say (Harvey, Leybourne, Sollis & Taylor
 * 2016): a statistic barely above its critical value says little of a market.
 *
 * @returns null where nothing is defined: fewer than 50 values, one that is not finite, or a series that stands still
 */
export function explosiveTest(series: Float64Array): ExplosiveTest | null {
  const count = series.length;
  if (count < LEAST_VALUES || !series.every(Number.isFinite)) return null;
  const shortest = Math.max(3, Math.floor((0.01 + 1.8 / Math.sqrt(count)) * count));
  const sums = runningSums(series);
  let forward = -Infinity;
  let best = { value: -Infinity, from: 0, to: 0 };
  for (let to = shortest - 1; to < count; to += 1) {
    for (let from = 0; from <= to - shortest + 1; from += 1) {
      const value = dickeyFuller(sums, from, to);
      if (from === 0 && value > forward) forward = value;
      if (value > best.value) best = { value, from, to };
    }
  }
  if (!Number.isFinite(forward) || !Number.isFinite(best.value)) return null;
  const critical = { forward: criticalAt('forward', count), supremum: criticalAt('supremum', count) };
  return { forward, supremum: best.value, critical, from: best.from, to: best.to };
}

/** Element t: Σ over the steps up to that from value t - 1 to value t. Values stand about the first one, to keep digits. */
interface RunningSums {
  readonly level: Float64Array;
  readonly levelSquared: Float64Array;
  readonly change: Float64Array;
  readonly changeSquared: Float64Array;
  readonly product: Float64Array;
}

function runningSums(series: Float64Array): RunningSums {
  const count = series.length;
  const [level, levelSquared, change] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const [changeSquared, product] = [new Float64Array(count), new Float64Array(count)];
  const first = series[0] ?? 0;
  for (let t = 1; t < count; t += 1) {
    const before = (series[t - 1] ?? NaN) - first;
    const moved = (series[t] ?? NaN) - first - before;
    level[t] = (level[t - 1] ?? 0) + before;
    levelSquared[t] = (levelSquared[t - 1] ?? 0) + before * before;
    change[t] = (change[t - 1] ?? 0) + moved;
    changeSquared[t] = (changeSquared[t - 1] ?? 0) + moved * moved;
    product[t] = (product[t - 1] ?? 0) + before * moved;
  }
  return { level, levelSquared, change, changeSquared, product };
}

/** The t value of β over the values `from` to `to`; -∞ where it is not defined. */
function dickeyFuller(sums: RunningSums, from: number, to: number): number {
  const rows = to - from;
  const of = (running: Float64Array): number => (running[to] ?? NaN) - (running[from] ?? NaN);
  const [level, change] = [of(sums.level), of(sums.change)];
  const spread = of(sums.levelSquared) - (level * level) / rows;
  const shared = of(sums.product) - (level * change) / rows;
  const moved = of(sums.changeSquared) - (change * change) / rows;
  if (!(spread > 0) || !(moved > 0)) return -Infinity;
  const residual = (moved - (shared * shared) / spread) / (rows - 2);
  return residual > 1e-12 * moved ? shared / Math.sqrt(residual * spread) : -Infinity;
}

/**
 * 95 % critical values, from 4 000 random walks of each length (2 000 of the last but one, 1 000 of the last) with normal steps
 * and a drift of 1/n, the null of Phillips, Shi & Yu (2015); interpolated in the logarithm of the length.
 */
const CRITICAL_LENGTHS = [50, 100, 200, 400, 800, 1_600, 2_500] as const;
const CRITICAL = {
  forward: [1.2, 1.34, 1.37, 1.44, 1.49, 1.53, 1.54],
  supremum: [1.91, 1.97, 2.06, 2.24, 2.33, 2.42, 2.46],
} as const;

function criticalAt(name: keyof typeof CRITICAL, count: number): number {
  const place = CRITICAL_LENGTHS.findIndex((length) => length >= count);
  const values = CRITICAL[name];
  if (place <= 0) return values[place < 0 ? values.length - 1 : 0] ?? NaN;
  const [low, high] = [CRITICAL_LENGTHS[place - 1] ?? NaN, CRITICAL_LENGTHS[place] ?? NaN];
  const share = Math.log(count / low) / Math.log(high / low);
  return (1 - share) * (values[place - 1] ?? NaN) + share * (values[place] ?? NaN);
}
