import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { sliceBars, type BarColumns } from '../../../domain/core/bars';
import { labelKernelOf } from '../../../domain/labels/kernel-of';
import type { SidelessSettings, TrendSettings } from '../../../domain/labels/settings';
import { createTrendKernel, steadiestTrend } from '../../../domain/labels/trend-kernel';
import {
  barsOf,
  COLUMN_NAMES,
  joinLabels,
  MINUTE_MS,
  ohlcArbitrary,
  outcomeNames,
  rowBytes,
  type Ohlc,
} from './support';

interface Fixture {
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close', readonly number[]>>;
  readonly cases: readonly {
    readonly leastBars: number;
    readonly bars: number;
    readonly tValues: readonly (number | null)[];
  }[];
}
const path = join(__dirname, '../../fixtures/trend-scanning.json');
const fixture = JSON.parse(readFileSync(path, 'utf8')) as Fixture;

const SETTINGS: SidelessSettings = { bars: 3, upAtr: 1, downAtr: 1, atrPeriod: 2, timeouts: 'class' };
const TREND: TrendSettings = { leastBars: 2, leastT: 2 };

function labelled(bars: BarColumns, settings = SETTINGS, trend = TREND, cuts: readonly number[] = []) {
  const created = createTrendKernel(settings, trend);
  if (!created.ok) throw new Error(created.fault.message);
  const edges = [0, ...cuts.filter((cut) => cut <= bars.time.length).sort((a, b) => a - b), bars.time.length];
  const parts = edges.slice(1).map((edge, i) => created.value.push(sliceBars(bars, edges[i]!, edge)));
  return joinLabels([...parts, created.value.finish()]);
}

/** Bars that close at these prices and open at the close before. */
function closing(closes: readonly number[]): BarColumns {
  return barsOf(
    closes.map((close, i): Ohlc => {
      const open = i === 0 ? close : closes[i - 1]!;
      return [open, Math.max(open, close) + 1, Math.min(open, close) - 1, close];
    }),
  );
}

describe('the t-value of the steadiest trend, by hand', () => {
  it('of three closes', () => {
    // Slope 1.5, residuals 1/6, -1/3, 1/6: t = 1.5 / sqrt((1/6) / 2).
    expect(steadiestTrend(Float64Array.of(100, 101, 103), 0, 2, 2)).toBeCloseTo(5.196152, 6);
    expect(steadiestTrend(Float64Array.of(100, 99, 97), 0, 2, 2)).toBeCloseTo(-5.196152, 6);
  });

  it('is infinite on a line, and 0 where nothing moves', () => {
    expect(steadiestTrend(Float64Array.of(100, 101, 102, 101.5), 0, 2, 3)).toBe(Infinity);
    expect(steadiestTrend(Float64Array.of(7, 6, 5, 4), 0, 2, 3)).toBe(-Infinity);
    expect(steadiestTrend(Float64Array.of(5, 5, 5, 5), 0, 2, 3)).toBe(0);
  });

  it('is the largest of its spans, whichever way it goes', () => {
    // Up for two bars with some noise, then down steadily: the longer trend is steadier.
    const closes = Float64Array.of(100, 103, 101, 98, 95, 92, 89, 86);
    expect(steadiestTrend(closes, 0, 2, 2)).toBeGreaterThan(0);
    expect(steadiestTrend(closes, 0, 2, 7)).toBeLessThan(-5);
  });
});

describe('a label by trend scanning', () => {
  // ATR of period 2 is known first at row 2, which looks at the closes of rows 2 to 5.
  it('is up or down by the trend, decided by the last bar of the horizon, exit at its close', () => {
    const labels = labelled(closing([100, 100, 100, 101, 102, 101.5, 103]));
    expect(outcomeNames(labels)[2]).toBe('up');
    expect(labels.classIndex[2]).toBe(2);
    expect([labels.entry[2], labels.exit[2], labels.t1Row[2], labels.t1[2]]).toEqual([100, 101.5, 5, 6 * MINUTE_MS]);
    expect(labels.returnAtr[2]).toBe((101.5 - 100) / labels.atr[2]!);
  });

  it('is a time-out where no trend is steady enough, under its rule', () => {
    const bars = closing([100, 100, 100, 101, 100, 101, 103]);
    const classOf = (timeouts: SidelessSettings['timeouts']) =>
      labelled(bars, { ...SETTINGS, timeouts }, { leastBars: 2, leastT: 3 });
    expect(outcomeNames(classOf('class'))[2]).toBe('timeout');
    expect(['class', 'sign', 'drop'].map((rule) => classOf(rule as 'class').classIndex[2])).toEqual([1, 2, -1]);
  });

  it('is none without an ATR, and unsettled where the horizon outlasts the series, delisted or not', () => {
    const labels = labelled(closing([100, 100, 101, 102, 103, 104]));
    expect(outcomeNames(labels)).toEqual(['unusable', 'unusable', 'up', 'unsettled', 'unsettled', 'unsettled']);
    expect([...labels.entry].slice(2)).toEqual([101, 102, 103, NaN]);
    expect([...labels.t1Row].slice(3)).toEqual([-1, -1, -1]);
    expect(labelled(closing([])).outcome).toHaveLength(0);
  });

  it('is refused where no trend fits into the horizon', () => {
    const created = createTrendKernel(SETTINGS, { leastBars: 4, leastT: 2 });
    expect(created.ok ? '' : created.fault.message).toMatch(/Trends of 4 to 3 bars.*no more than the horizon/);
    expect(createTrendKernel(SETTINGS, { leastBars: 2, leastT: NaN }).ok).toBe(false);
  });

  it('is what settings that name trends ask for', () => {
    const kernel = labelKernelOf({ ...SETTINGS, trend: TREND });
    if (!kernel.ok) throw new Error(kernel.fault.message);
    const bars = closing([100, 100, 100, 101, 102, 101.5]);
    expect(joinLabels([kernel.value.push(bars), kernel.value.finish()]).exit[2]).toBe(101.5);
  });
});

describe.each(fixture.cases)('t-values against mlfinpy, spans of $leastBars to $bars bars', (expected) => {
  it('are the same at every bar', () => {
    const close = Float64Array.from(fixture.bars.close);
    let compared = 0;
    for (const [row, value] of expected.tValues.entries()) {
      if (value === null) continue;
      const t = steadiestTrend(close, row, expected.leastBars, expected.bars);
      expect(Math.abs(t - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(270);
  });
});

describe('labels by trend scanning of any bars', () => {
  const settings = fc.record({ bars: fc.integer({ min: 3, max: 9 }), leastBars: fc.integer({ min: 2, max: 3 }) });
  const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 6 });
  const bytesOf = (labels: ReturnType<typeof labelled>) =>
    Array.from(labels.time, (_, row) => rowBytes(labels, row)).join('\n');

  it('do not depend on the chunks', () => {
    fc.assert(
      fc.property(ohlcArbitrary(60), settings, cuts, (bars, { bars: horizon, leastBars }, at) => {
        const given = { ...SETTINGS, bars: horizon };
        const trend = { leastBars, leastT: 1.5 };
        const whole = bytesOf(labelled(bars, given, trend));
        expect(bytesOf(labelled(bars, given, trend, at))).toBe(whole);
        expect(bytesOf(labelled(bars, given, trend, [...bars.time.keys()]))).toBe(whole);
      }),
      { numRuns: 150 },
    );
  });

  it('know nothing of bars behind t1, and settled ones stay as they are', () => {
    fc.assert(
      fc.property(ohlcArbitrary(60), fc.nat({ max: 60 }), settings, (bars, cut, { bars: horizon, leastBars }) => {
        const given = { ...SETTINGS, bars: horizon };
        const [whole, prefix] = [bars, sliceBars(bars, 0, Math.min(cut, bars.time.length))].map((some) =>
          labelled(some, given, { leastBars, leastT: 1.5 }),
        );
        for (let row = 0; row < prefix!.time.length; row += 1) {
          if (prefix!.t1Row[row]! < 0) continue;
          for (const name of COLUMN_NAMES) expect(prefix![name][row]).toBe(whole![name][row]);
        }
      }),
      { numRuns: 150 },
    );
  });
});
