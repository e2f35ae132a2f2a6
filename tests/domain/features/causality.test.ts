import fc from 'fast-check';
import { sliceBars, type BarColumns } from '../../../domain/core/bars';
import { createFeatureComputer } from '../../../domain/features/compute';
import type { FeatureContext, FeatureKernel } from '../../../domain/features/declaration';
import { createSharedColumns } from '../../../domain/features/shared-columns';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { anyBarsOptions, anyContext, ORDINARY, ORDINARY_CONTEXT, randomBars } from '../../support/feature-bars';
import { findPrefixViolations, firstByteDifference, type ComputeColumns } from '../../support/prefix-invariance';

const NAMES = FEATURE_TABLE.map((feature) => feature.name);

function computeAll(bars: BarColumns, context: FeatureContext, borders: readonly number[] = []): Float64Array[] {
  const created = createFeatureComputer(null, context);
  if (!created.ok) throw new Error(created.fault.message);
  const edges = [0, ...borders, bars.time.length];
  const chunks = edges.slice(1).map((to, i) => created.value.push(sliceBars(bars, edges[i]!, to)));
  return NAMES.map((_, column) => Float64Array.from(chunks.flatMap((chunk) => [...chunk[column]!])));
}

function cutsFrom(shares: readonly number[], rows: number): number[] {
  return shares.map((share) => Math.floor(share * (rows + 1))).sort((a, b) => a - b);
}

const shares = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 });

describe('every declared feature', () => {
  it('does not change up to a cut when the future is cut off, byte for byte', () => {
    fc.assert(
      fc.property(anyBarsOptions, shares, anyContext, (options, cutShares, settings) => {
        const context = { ...settings, timeframeMs: options.timeframeMs };
        const cuts = cutsFrom(cutShares, options.rows);
        const violations = findPrefixViolations((bars) => computeAll(bars, context), randomBars(options), cuts);
        expect(violations.map((violation) => ({ feature: NAMES[violation.column], ...violation }))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('does not change when the series comes in other chunks, byte for byte', () => {
    fc.assert(
      fc.property(anyBarsOptions, shares, anyContext, (options, borderShares, settings) => {
        const context = { ...settings, timeframeMs: options.timeframeMs };
        const bars = randomBars(options);
        const whole = computeAll(bars, context);
        const chunked = computeAll(bars, context, cutsFrom(borderShares, options.rows));
        const changed = NAMES.filter((_, i) => firstByteDifference(whole[i]!, chunked[i]!) >= 0);
        expect(changed).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('does not change when the series comes one bar at a time, byte for byte', () => {
    const bars = randomBars({ ...ORDINARY, gapShare: 0.02, flatShare: 0.05, spikeShare: 0.01 });
    const everyBar = bars.time.map((_, row) => row).slice(1);
    const whole = computeAll(bars, ORDINARY_CONTEXT);
    const single = computeAll(bars, ORDINARY_CONTEXT, [...everyBar]);
    expect(NAMES.filter((_, i) => firstByteDifference(whole[i]!, single[i]!) >= 0)).toEqual([]);
  });
});

describe('planted peeks, each caught by the same checker', () => {
  const bars = randomBars({ ...ORDINARY, seed: 5, gapShare: 0.02 });
  const honest: ComputeColumns = (series) => computeAll(series, ORDINARY_CONTEXT);
  /** A bar of both slower timeframes closes with the row after it. */
  const beforeMidnight = bars.time.findIndex((time, t) => t > 220 && time % (24 * ORDINARY.timeframeMs) === 0);
  const cuts = [150, beforeMidnight, 241, 242, 243, 333];

  /** Column numbers in which the checker sees a peek. */
  const caughtIn = (compute: ComputeColumns): string[] => {
    const caught = new Set(findPrefixViolations(compute, bars, cuts).map((violation) => violation.column));
    return NAMES.filter((_, column) => caught.has(column));
  };

  it('stays silent on the honest features', () => {
    expect(caughtIn(honest)).toEqual([]);
  });

  it('catches shift(−1) of each feature', () => {
    const shifted: ComputeColumns = (series) =>
      honest(series).map((column) => column.map((_, t) => column[t + 1] ?? NaN));
    expect(caughtIn(shifted)).toEqual(NAMES);
  });

  it('catches a centred window over each feature', () => {
    const centred: ComputeColumns = (series) =>
      honest(series).map((column) =>
        column.map((value, t) => ((column[t - 1] ?? NaN) + value + (column[t + 1] ?? NaN)) / 3),
      );
    expect(caughtIn(centred)).toEqual(NAMES);
  });

  it('catches a z-score over the full sample of each feature', () => {
    const scored: ComputeColumns = (series) => honest(series).map(zScore);
    expect(caughtIn(scored)).toEqual(NAMES);
  });

  it('catches a higher bar that has not closed, of either timeframe', () => {
    const unfinished: ComputeColumns = (series) =>
      [4, 24].map((multiple) => higherCloseOfOwnBucket(series, multiple * ORDINARY.timeframeMs));
    const caught = findPrefixViolations(unfinished, bars, cuts).map((violation) => violation.column);
    expect([...new Set(caught)]).toEqual([0, 1]);
  });

  it('catches a kernel that reads the next row of its chunk, whichever feature it is', () => {
    const peek: ComputeColumns = (series) =>
      FEATURE_TABLE.map((feature) => runPeeking(feature.create(ORDINARY_CONTEXT, createSharedColumns()), series));
    expect(caughtIn(peek)).toEqual(NAMES);
  });

  it('catches a difference in the sign of zero', () => {
    const signed: ComputeColumns = (series) => [
      series.time.map((_, t) => (t === 10 && series.time.length < 300 ? -0 : 0)),
    ];
    expect(findPrefixViolations(signed, bars, [150, 333])).toEqual([
      { cut: 150, column: 0, row: 10, whole: 0, prefix: -0 },
    ]);
  });
});

function zScore(column: Float64Array): Float64Array {
  const values = column.filter((value) => !Number.isNaN(value));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return column.map((value) => (value - mean) / Math.sqrt(variance));
}

/** The last close of the higher bar that row t lies in, though it has not closed at t: the classic merge mistake. */
function higherCloseOfOwnBucket(bars: BarColumns, higherMs: number): Float64Array {
  const bucketOf = (t: number): number => Math.ceil(bars.time[t]! / higherMs);
  const lastClose = new Map<number, number>();
  for (const [t, close] of bars.close.entries()) lastClose.set(bucketOf(t), close);
  return bars.close.map((_, t) => lastClose.get(bucketOf(t))!);
}

/** Runs a declared kernel that is shown the row after each row. */
function runPeeking(kernel: FeatureKernel, bars: BarColumns): Float64Array {
  const after = (column: Float64Array): Float64Array => column.map((_, row) => column[row + 1] ?? NaN);
  const { time, open, high, low, close, volume } = bars;
  return kernel.fill({
    time: after(time),
    open: after(open),
    high: after(high),
    low: after(low),
    close: after(close),
    volume: after(volume),
  });
}
