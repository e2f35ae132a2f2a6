import fc from 'fast-check';
import { sliceBars, type BarColumns } from '../../../domain/core/bars';
import { createAsOfJoin } from '../../../domain/features/as-of-join';
import { createFeatureComputer } from '../../../domain/features/compute';
import { CROSS_FEATURES } from '../../../domain/features/families/cross';
import { anyBarsOptions, anyContext, ORDINARY, ORDINARY_CONTEXT, randomBars } from '../../support/feature-bars';
import { findPrefixViolations, firstByteDifference } from '../../support/prefix-invariance';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const each = CROSS_FEATURES.map((feature) => [feature.name, feature] as const);
const NAMES = CROSS_FEATURES.map(({ name }) => name);

/** Lays all bars of the other series that are known by the last bar of this one beside it, in the way that is given. */
type Join = (time: Float64Array, other: BarColumns) => BarColumns;

const honestJoin: Join = (time, other) => {
  const join = createAsOfJoin(4 * DAY);
  join.feed(other);
  return join.join(time);
};

function crossColumns(bars: BarColumns, other: BarColumns, join: Join, context = ORDINARY_CONTEXT): Float64Array[] {
  const created = createFeatureComputer(NAMES, { ...context, cross: ['OTHER'] });
  if (!created.ok) throw new Error(created.fault.message);
  return created.value.push(bars, [join(bars.time, other)]);
}

/** What of the other symbol had happened when the last of these bars closed, and one bar that had begun by then. */
function untilClose(bars: BarColumns, other: BarColumns, begun: number): BarColumns {
  const last = bars.time.at(-1) ?? -Infinity;
  const known = other.time.filter((time) => time <= last).length;
  return sliceBars(other, 0, Math.min(other.time.length, known + begun));
}

/** Another market: closed on weekends, half an hour beside ours, with gaps. */
function otherMarket(seed: number, options = ORDINARY): BarColumns {
  const bars = randomBars({ ...options, seed, startMs: options.startMs - 7 * options.timeframeMs, gapShare: 0.05 });
  return { ...bars, time: bars.time.map((time) => time + Math.round(options.timeframeMs / 2)) };
}

describe('the as-of join', () => {
  it('takes for each instant the last bar that closed at or before it and is not too old, by definition', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 60 }),
        (others, instants, maxAge) => {
          const other = randomBars({ ...ORDINARY, rows: others.length });
          other.time.set([...others].sort((a, b) => a - b));
          const time = Float64Array.from([...instants].sort((a, b) => a - b));
          const join = createAsOfJoin(maxAge);
          join.feed(other);
          const joined = join.join(time);
          const expected = [...time].map((instant) => {
            const row = other.time.findLastIndex((closed) => closed <= instant);
            return row < 0 || instant - other.time[row]! > maxAge ? NaN : row;
          });
          expect([...joined.time]).toEqual(expected.map((row) => (Number.isNaN(row) ? NaN : other.time[row])));
          expect([...joined.close]).toEqual(expected.map((row) => (Number.isNaN(row) ? NaN : other.close[row])));
        },
      ),
    );
  });

  it('gives the same bytes however bars and instants are cut', () => {
    const bars = randomBars({ ...ORDINARY, gapShare: 0.05 });
    const other = otherMarket(9);
    const whole = honestJoin(bars.time, other);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), (rows, otherRows) => {
        const join = createAsOfJoin(4 * DAY);
        let fed = 0;
        const closes: number[] = [];
        for (let from = 0; from < bars.time.length; from += rows) {
          const time = bars.time.subarray(from, from + rows);
          while (fed < other.time.length && (other.time[fed - 1] ?? -Infinity) < time.at(-1)!) {
            join.feed(sliceBars(other, fed, fed + otherRows));
            fed = Math.min(other.time.length, fed + otherRows);
          }
          closes.push(...join.join(time).close);
        }
        expect(firstByteDifference(Float64Array.from(closes), whole.close)).toBe(-1);
      }),
    );
  });
});

describe('features beside another symbol', () => {
  const shares = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 6 });

  it('do not change up to a cut when the future of both is cut off, byte for byte', () => {
    fc.assert(
      fc.property(anyBarsOptions, shares, anyContext, fc.integer(), (options, cutShares, settings, seed) => {
        const context = { ...settings, timeframeMs: options.timeframeMs };
        const other = otherMarket(seed >>> 0, options);
        const compute = (bars: BarColumns): Float64Array[] =>
          crossColumns(bars, untilClose(bars, other, 0), honestJoin, context);
        const cuts = cutShares.map((share) => Math.floor(share * options.rows));
        expect(findPrefixViolations(compute, randomBars(options), cuts)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  describe('planted peeks, each caught by the same checker', () => {
    const bars = randomBars({ ...ORDINARY, seed: 5, gapShare: 0.02 });
    const other = otherMarket(6);
    const cuts = [150, 201, 202, 203, 333];
    const caughtIn = (join: Join, begun: number): string[] => {
      const compute = (series: BarColumns): Float64Array[] =>
        crossColumns(series, untilClose(series, other, begun), join);
      const caught = new Set(findPrefixViolations(compute, bars, cuts).map(({ column }) => column));
      return NAMES.filter((_, column) => caught.has(column));
    };

    it('stays silent on the honest join', () => {
      expect(caughtIn(honestJoin, 0)).toEqual([]);
    });

    it('catches a join that takes the nearest bar, also one that closes later', () => {
      const nearest: Join = (time, series) => {
        const later = honestJoin(
          time.map((instant) => instant + ORDINARY.timeframeMs / 2),
          series,
        );
        return later;
      };
      expect(caughtIn(nearest, 0)).toEqual(NAMES);
    });

    it('catches a join by the instants at which bars open: the bar that is still open is taken', () => {
      const byOpening: Join = (time, series) =>
        honestJoin(time, { ...series, time: series.time.map((closed) => closed - ORDINARY.timeframeMs) });
      expect(caughtIn(byOpening, 0)).toEqual(NAMES);
    });

    it('catches a join that fills backward from the next bar', () => {
      const backward: Join = (time, series) => {
        const rows = [...time].map((instant) => series.time.findIndex((closed) => closed >= instant));
        const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row] ?? NaN);
        return { ...series, time: pick(series.time), close: pick(series.close) };
      };
      expect(caughtIn(backward, 0)).toEqual(NAMES);
    });
  });

  it.each(each)('%s has its first value where it says', (name, feature) => {
    const values = column(name, randomBars(ORDINARY), randomBars({ ...ORDINARY, seed: 4 }));
    const warmUp = feature.warmUp.kind === 'exact' ? feature.warmUp.bars : NaN;
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(warmUp);
    expect(values.subarray(warmUp).every(Number.isFinite)).toBe(true);
  });

  it.each(each)(
    '%s depends on no bar before its warm-up, on no level, and only on the columns it names',
    (name, feature) => {
      const bars = randomBars({ ...ORDINARY, flatShare: 0.1 });
      const other = randomBars({ ...ORDINARY, seed: 4, flatShare: 0.1 });
      const usual = column(name, bars, other);
      const first = feature.warmUp.kind === 'exact' ? feature.warmUp.bars : NaN;
      const late = column(name, sliceBars(bars, 133, 400), sliceBars(other, 133, 400));
      expect(firstByteDifference(late.slice(first), usual.slice(133 + first))).toBe(-1);
      expect(firstByteDifference(column(name, scaled(bars, 2 ** -20), scaled(other, 2 ** 7)), usual)).toBe(-1);
      const changed = randomBars({ ...ORDINARY, seed: 8, startMs: ORDINARY.startMs - 600_000, gapShare: 0.02 });
      for (const input of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
        const own = column(name, { ...bars, [input]: changed[input] }, other);
        const others = column(name, bars, { ...other, [input]: changed[input] });
        expect([input, firstByteDifference(own, usual) >= 0]).toEqual([input, feature.inputs.includes(input)]);
        expect([input, firstByteDifference(others, usual) >= 0]).toEqual([input, feature.otherInputs.includes(input)]);
      }
    },
  );

  it('have a value while the other market rests, and none once its last bar is too old', () => {
    const bars = randomBars({ ...ORDINARY, rows: 400 });
    const other = sliceBars(randomBars({ ...ORDINARY, seed: 4 }), 0, 200);
    const columns = crossColumns(bars, other, honestJoin);
    const resting = columns.map((values) => values[200 + 95]);
    expect(resting.every(Number.isFinite)).toBe(true);
    expect(columns.map((values) => values[200 + 96])).toEqual(NAMES.map(() => NaN));
    const at = (name: string, row: number): number => columns[NAMES.indexOf(name)]![row]!;
    expect(at('crossBeta60', 295)).toBe(0);
    expect(at('crossCorrelation60', 295)).toBe(0);
    expect(at('crossVolatilityShare20', 295)).toBe(1);
    expect(at('crossAge', 295)).toBeCloseTo(Math.log(1 + 96), 12);
  });
});

/** The feature over bars that are joined row by row already. */
function column(name: string, bars: BarColumns, joined: BarColumns): Float64Array {
  const created = createFeatureComputer([name], { ...ORDINARY_CONTEXT, cross: ['OTHER'] });
  if (!created.ok) throw new Error(created.fault.message);
  return created.value.push(bars, [joined])[0]!;
}

function scaled(bars: BarColumns, factor: number): BarColumns {
  const times = (values: Float64Array): Float64Array => values.map((value) => value * factor);
  return {
    ...bars,
    open: times(bars.open),
    high: times(bars.high),
    low: times(bars.low),
    close: times(bars.close),
    volume: times(bars.volume),
  };
}
