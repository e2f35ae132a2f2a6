import { fail, ok, type Result } from '../core/result';
import { evenBorders } from './plan-groups';

/** Bars over which volatility is measured. */
const VOLATILITY_BARS = 50;
/** Calm, usual and wild. */
const REGIMES = 3;
/** A border may move by a quarter of a group, in this many steps to each side. */
const STEPS = 10;
/** A group's share of a regime may lie so far from that of all tested bars. */
const MAX_DEVIATION = 0.2;

/**
 * Borders of `count` groups over the bars [from, to), moved from the even ones by at most a quarter of a group so that each
 * group has a like share of calm, usual and wild bars: of all such borders those with the least sum of squared deviations
 * from the shares of all tested bars (dynamic programming over 21 places of each border).
 *
 * A bar's volatility is the root mean square of the last 50 log returns, so it knows no later bar; the terciles that part the
 * regimes are those of the prologue [0, from).
 *
 * Groups are stretches of time, and volatility clusters: InvalidSplits where the share of a regime in some group still lies
 * more than 0.2 from that of all tested bars, and where the prologue is too short to tell regimes apart.
 */
export function stratifiedBorders(
  close: Float64Array,
  from: number,
  to: number,
  count: number,
): Result<readonly number[]> {
  const volatility = rollingVolatility(close);
  const known = volatility.subarray(0, from).filter(Number.isFinite).sort();
  if (known.length < VOLATILITY_BARS) {
    return fail(
      'InvalidSplits',
      `Regimes are told apart on the prologue, which has ${from} bars; at least ${2 * VOLATILITY_BARS} are needed: raise ` +
        'splits.groups.prologueShare, give more bars, or set splits.groups.stratifyByRegime to false',
      { prologue: from },
    );
  }
  const [low, high] = [1, 2].map((third) => known[Math.floor((third * known.length) / REGIMES)] ?? NaN);
  const counts = runningCounts(volatility, low ?? NaN, high ?? NaN);
  const borders = bestBorders(counts, evenBorders(from, to, count));
  return checkShares(counts, borders);
}

/** Root mean square of the last VOLATILITY_BARS log returns; NaN before there are so many. */
function rollingVolatility(close: Float64Array): Float64Array {
  let sum = 0;
  const squares = close.map((value, row) => (row === 0 ? 0 : Math.log(value / (close[row - 1] ?? NaN)) ** 2));
  return squares.map((square, row) => {
    sum += square - (row >= VOLATILITY_BARS ? (squares[row - VOLATILITY_BARS] ?? 0) : 0);
    return row < VOLATILITY_BARS ? NaN : Math.sqrt(Math.max(0, sum) / VOLATILITY_BARS);
  });
}

/** By regime: bars of it before each row. */
function runningCounts(volatility: Float64Array, low: number, high: number): readonly Int32Array[] {
  return Array.from({ length: REGIMES }, (_, regime) => {
    const counts = new Int32Array(volatility.length + 1);
    for (const [row, value] of volatility.entries()) {
      const own = value <= low ? 0 : value <= high ? 1 : 2;
      counts[row + 1] = (counts[row] ?? 0) + (own === regime ? 1 : 0);
    }
    return counts;
  });
}

function sharesOf(counts: readonly Int32Array[], from: number, to: number): readonly number[] {
  return counts.map((running) => ((running[to] ?? 0) - (running[from] ?? 0)) / Math.max(1, to - from));
}

/** The cheapest way so far to a place of a border. */
interface Way {
  readonly cost: number;
  readonly borders: readonly number[];
}

function bestBorders(counts: readonly Int32Array[], even: readonly number[]): readonly number[] {
  const [from, to] = [even[0] ?? 0, even.at(-1) ?? 0];
  const wanted = sharesOf(counts, from, to);
  const step = Math.floor((to - from) / (even.length - 1) / 4 / STEPS);
  const costOf = (a: number, b: number): number =>
    sharesOf(counts, a, b).reduce((sum, share, regime) => sum + (share - (wanted[regime] ?? 0)) ** 2, 0);
  const offsets = Array.from({ length: 2 * STEPS + 1 }, (_, i) => (i - STEPS) * step);
  let ways: readonly Way[] = [{ cost: 0, borders: [from] }];
  for (const [g, border] of even.entries()) {
    if (g === 0) continue;
    const places = border === to ? [to] : offsets.map((offset) => border + offset);
    ways = places.map((place) => cheapest(ways, place, costOf));
  }
  return ways[0]?.borders ?? even;
}

function cheapest(ways: readonly Way[], place: number, costOf: (a: number, b: number) => number): Way {
  const led = ways.map(({ cost, borders }) => ({
    cost: cost + costOf(borders.at(-1) ?? 0, place),
    borders: [...borders, place],
  }));
  return led.reduce((best, way) => (way.cost < best.cost ? way : best));
}

const NAMES = ['calm', 'usual', 'wild'] as const;

function checkShares(counts: readonly Int32Array[], borders: readonly number[]): Result<readonly number[]> {
  const wanted = sharesOf(counts, borders[0] ?? 0, borders.at(-1) ?? 0);
  for (let g = 0; g + 1 < borders.length; g += 1) {
    const shares = sharesOf(counts, borders[g] ?? 0, borders[g + 1] ?? 0);
    const regime = shares.findIndex((share, r) => Math.abs(share - (wanted[r] ?? 0)) > MAX_DEVIATION);
    if (regime < 0) continue;
    const percent = (share: number | undefined): string => `${((share ?? 0) * 100).toFixed(0)} %`;
    return fail(
      'InvalidSplits',
      `Groups cannot be stratified by regime: with the best borders group ${g} of ${borders.length - 1} has ` +
        `${percent(shares[regime])} ${NAMES[regime] ?? ''} bars, all tested bars ${percent(wanted[regime])} (wanted: within ` +
        `${percent(MAX_DEVIATION)}); ask for fewer groups, or set splits.groups.stratifyByRegime to false`,
      { group: g, shares: [...shares], wanted: [...wanted] },
    );
  }
  return ok(borders);
}
