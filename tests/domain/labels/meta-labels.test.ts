import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { BarColumns } from '../../../domain/core/bars';
import { LABEL_OUTCOMES } from '../../../domain/core/labels';
import { metaLabels, primarySides, type MetaLabelColumns } from '../../../domain/labels/meta-labels';
import type { SidelessSettings, TimeoutRule } from '../../../domain/labels/settings';
import { plainLabels } from './plain-labels';
import { barsOf, ohlcArbitrary, outcomeNames, settingsArbitrary, type Ohlc } from './support';

interface Fixture {
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close', readonly number[]>>;
  readonly primary: {
    readonly centre: number;
    readonly band: number;
    readonly values: readonly (number | null)[];
  };
  readonly sides: readonly number[];
  readonly cases: readonly {
    readonly settings: SidelessSettings;
    readonly outcome: readonly number[];
    readonly t1Row: readonly number[];
    readonly classIndex: readonly number[];
    readonly returnAtr: readonly (number | null)[];
  }[];
}
const path = join(__dirname, '../../fixtures/meta-labels.json');
const fixture = JSON.parse(readFileSync(path, 'utf8')) as Fixture;

const SETTINGS: SidelessSettings = { bars: 3, upAtr: 2, downAtr: 1, atrPeriod: 2, timeouts: 'class' };
const QUIET: Ohlc = [100, 101, 99, 100];
/** ATR of period 2 is known first at row 2, where it is 2: barriers of row 2 at 104 and 98. */
const WARM_UP: readonly Ohlc[] = [QUIET, QUIET, QUIET];

/** The meta-label of row 2 for a side, with the bars that follow it. */
function metaAfter(bars: readonly Ohlc[], side: number, changes: Partial<SidelessSettings> = {}) {
  const settings = { ...SETTINGS, ...changes };
  const all = barsOf([...WARM_UP, ...bars]);
  const meta = metaLabels(plainLabels(all, settings), new Int8Array(all.time.length).fill(side), settings.timeouts);
  return {
    outcome: outcomeNames(meta)[2],
    classIndex: meta.classIndex[2],
    entry: meta.entry[2],
    exit: meta.exit[2],
    returnAtr: meta.returnAtr[2],
    t1Row: meta.t1Row[2],
    positions: [meta.exitLong[2], meta.t1RowLong[2], meta.exitShort[2], meta.t1RowShort[2]],
  };
}

describe('the meta-label of one bar, entry 100, barriers 104 and 98', () => {
  const upTouched: Ohlc[] = [QUIET, [100, 104, 99, 103]];
  const downTouched: Ohlc[] = [QUIET, [100, 101, 98, 99]];

  it('a touch of the side’s profit barrier is right, with what the side earned', () => {
    expect(metaAfter(upTouched, 1)).toMatchObject({ outcome: 'up', classIndex: 2, exit: 104, returnAtr: 2, t1Row: 4 });
    expect(metaAfter(downTouched, -1)).toMatchObject({ outcome: 'up', classIndex: 2, exit: 98, returnAtr: 1 });
  });

  it('a touch of its stop is wrong', () => {
    expect(metaAfter(downTouched, 1)).toMatchObject({ outcome: 'down', classIndex: 0, exit: 98, returnAtr: -1 });
    expect(metaAfter(upTouched, -1)).toMatchObject({ outcome: 'down', classIndex: 0, exit: 104, returnAtr: -2 });
  });

  it('a bar that holds both is the stop of either side: nothing is ambiguous', () => {
    const tie: Ohlc[] = [QUIET, [100, 104, 98, 100]];
    expect(metaAfter(tie, 1)).toMatchObject({ outcome: 'down', classIndex: 0, exit: 98, returnAtr: -1, t1Row: 4 });
    expect(metaAfter(tie, -1)).toMatchObject({ outcome: 'down', classIndex: 0, exit: 104, returnAtr: -2, t1Row: 4 });
  });

  it('a gap over a barrier fills at the open, for the side or against it', () => {
    const gap: Ohlc[] = [QUIET, [110, 111, 90, 91]];
    expect(metaAfter(gap, 1)).toMatchObject({ outcome: 'up', exit: 110, returnAtr: 5 });
    expect(metaAfter(gap, -1)).toMatchObject({ outcome: 'down', exit: 110, returnAtr: -5 });
  });

  it.each<[TimeoutRule, number, number, number]>([
    ['class', 1, 101, 1],
    ['class', -1, 101, 1],
    ['sign', 1, 101, 2],
    ['sign', -1, 101, 0],
    ['sign', -1, 99.5, 2],
    ['sign', -1, 100, 1],
    ['drop', 1, 101, -1],
    ['drop', -1, 101, -1],
  ])('time-outs by %s, side %i, ending at %d: class %i', (timeouts, side, close, classIndex) => {
    const bars: Ohlc[] = [QUIET, QUIET, [100, 102, 99, close]];
    const returnAtr = (side * (close - 100)) / 2;
    expect(metaAfter(bars, side, { timeouts })).toMatchObject({ outcome: 'timeout', classIndex, exit: close });
    expect(metaAfter(bars, side, { timeouts }).returnAtr).toBeCloseTo(returnAtr, 12);
  });

  it('leaves only the position of the side to be traded, and of a flat row none', () => {
    expect(metaAfter(upTouched, 1).positions).toEqual([104, 4, NaN, -1]);
    expect(metaAfter(upTouched, -1).positions).toEqual([NaN, -1, 104, 4]);
    expect(metaAfter(upTouched, 0)).toEqual({
      outcome: 'unusable',
      classIndex: -1,
      entry: NaN,
      exit: NaN,
      returnAtr: NaN,
      t1Row: -1,
      positions: [NaN, -1, NaN, -1],
    });
  });

  it('the last bars stay unsettled, delisted or not, whatever the side', () => {
    const few = metaAfter([QUIET], -1);
    expect(few).toMatchObject({ outcome: 'unsettled', classIndex: -1, entry: 100, t1Row: -1 });
    expect(few.positions).toEqual([NaN, -1, NaN, -1]);
    // Delisted by a gap on the last bar of all: the short side was right.
    expect(metaAfter([QUIET, [60, 61, 59, 60]], -1)).toMatchObject({
      outcome: 'up',
      exit: 60,
      returnAtr: 20,
      t1Row: 4,
    });
  });
});

describe('the side of a primary rule', () => {
  const values = Float64Array.of(75, 24, 70, 55, 30, NaN, 50);

  it('is told by the distance from the centre, beyond the band', () => {
    expect([...primarySides(values, { centre: 50, band: 20, side: 'with' })]).toEqual([1, -1, 0, 0, 0, 0, 0]);
    expect([...primarySides(values, { centre: 50, band: 20, side: 'against' })]).toEqual([-1, 1, 0, 0, 0, 0, 0]);
    expect([...primarySides(values, { centre: 50, band: 0, side: 'with' })]).toEqual([1, -1, 1, 1, -1, 0, 0]);
  });
});

describe.each(fixture.cases)('meta-labels against tests/oracles/meta_labels.py, $settings', (expected) => {
  const { open, high, low, close } = fixture.bars;
  const bars = barsOf(open.map((price, i) => [price, high[i]!, low[i]!, close[i]!]));
  const { values, ...primary } = fixture.primary;
  const told = Float64Array.from(values, (value) => value ?? NaN);
  const sides = primarySides(told, { ...primary, side: 'with' });
  const meta = metaLabels(plainLabels(bars, expected.settings), sides, expected.settings.timeouts);

  it('decide the same way on the same bar, row by row', () => {
    expect([...sides]).toEqual(fixture.sides);
    expect([...meta.outcome]).toEqual(expected.outcome);
    expect([...meta.t1Row]).toEqual(expected.t1Row);
    expect([...meta.classIndex]).toEqual(expected.classIndex);
  });

  it('earn the same', () => {
    for (const [row, value] of expected.returnAtr.entries()) {
      if (value === null) expect(meta.returnAtr[row]).toBeNaN();
      else expect(Math.abs(meta.returnAtr[row]! - value)).toBeLessThan(1e-9);
    }
  });
});

describe('meta-labels of any bars', () => {
  const sidesArbitrary = fc.array(fc.constantFrom(-1, 0, 1), { minLength: 60, maxLength: 60 });
  const metaOf = (bars: BarColumns, settings: SidelessSettings, sides: readonly number[]): MetaLabelColumns =>
    metaLabels(plainLabels(bars, settings), Int8Array.from(sides.slice(0, bars.time.length)), settings.timeouts);

  it('turn right into wrong with the side, but for ties, which both sides lose', () => {
    fc.assert(
      fc.property(ohlcArbitrary(60), settingsArbitrary, sidesArbitrary, (bars, settings, sides) => {
        const plain = plainLabels(bars, settings);
        const meta = metaOf(bars, settings, sides);
        const other = metaOf(
          bars,
          settings,
          sides.map((side) => -side),
        );
        for (const [row, seen] of plain.outcome.entries()) {
          const [one, turned] = [meta.outcome[row]!, other.outcome[row]!];
          if (sides[row] === 0) expect([one, turned]).toEqual([LABEL_OUTCOMES.unusable, LABEL_OUTCOMES.unusable]);
          else if (seen === LABEL_OUTCOMES.ambiguous) expect([one, turned]).toEqual([-1, -1]);
          else if (Math.abs(seen) === 1) expect(one).toBe(-turned);
          else expect([one, turned]).toEqual([seen, seen]);
          if (sides[row] !== 0 && Number.isFinite(plain.returnAtr[row])) {
            expect(meta.returnAtr[row]! + other.returnAtr[row]!).toBe(0);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('know nothing of bars behind the one that decided them, nor of later sides', () => {
    fc.assert(
      fc.property(
        ohlcArbitrary(60),
        ohlcArbitrary(20),
        settingsArbitrary,
        sidesArbitrary,
        fc.nat({ max: 59 }),
        (bars, others, settings, sides, cut) => {
          const kept = Math.min(cut, bars.time.length);
          const rows = (from: BarColumns, start: number, end: number): Ohlc[] =>
            [...from.time.keys()]
              .slice(start, end)
              .map((i) => [from.open[i]!, from.high[i]!, from.low[i]!, from.close[i]!]);
          const changed = barsOf([...rows(bars, 0, kept), ...rows(others, 0, bars.time.length - kept)]);
          const turned = sides.map((side, row) => (row < kept ? side : -side));
          const [meta, later] = [metaOf(bars, settings, sides), metaOf(changed, settings, turned)];
          for (let row = 0; row < kept; row += 1) {
            if (meta.t1Row[row]! < 0 || meta.t1Row[row]! >= kept) continue;
            for (const name of ['outcome', 'classIndex', 'exit', 'returnAtr', 't1Row', 'side'] as const) {
              expect(later[name][row]).toBe(meta[name][row]);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
