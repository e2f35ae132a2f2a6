import fc from 'fast-check';
import { sliceBars, type BarColumns } from '../../../domain/core/bars';
import { CLASS_COUNT, NO_CLASS } from '../../../domain/core/classes';
import { LABEL_OUTCOMES, type LabelColumns } from '../../../domain/core/labels';
import { createLabelKernel } from '../../../domain/labels/label-kernel';
import type { LabelSettings } from '../../../domain/labels/settings';
import { labelBars, ohlcArbitrary, outcomeNames, rowBytes, settingsArbitrary } from './support';

type Labeller = (bars: BarColumns, settings: LabelSettings) => LabelColumns;

/** Settled labels (t1 up to the cut) keep their bytes when the bars after the cut are taken away. */
function prefixInvariance(label: Labeller) {
  return fc.property(ohlcArbitrary(60), settingsArbitrary, fc.nat(), (bars, settings, seed) => {
    const cut = 1 + (seed % bars.time.length);
    const whole = label(bars, settings);
    const before = label(sliceBars(bars, 0, cut), settings);
    for (let row = 0; row < cut; row += 1) {
      const settled = whole.t1Row[row]! >= 0 && whole.t1Row[row]! < cut;
      if (settled) expect(rowBytes(before, row)).toBe(rowBytes(whole, row));
      else expect(before.classIndex[row]).toBe(NO_CLASS);
    }
  });
}

describe('triple-barrier labels of any series', () => {
  it('change no byte of a settled label when the future is cut off', () => {
    fc.assert(prefixInvariance(labelBars), { numRuns: 400 });
  });

  it('would be caught peeking one bar ahead of t1', () => {
    const peeking: Labeller = (bars, settings) => {
      const labels = labelBars(bars, settings);
      const exit = labels.exit.map((value, row) => {
        const next = labels.t1Row[row]! + 1;
        return labels.t1Row[row]! >= 0 && next < bars.time.length ? bars.open[next]! : value;
      });
      return { ...labels, exit };
    };
    expect(fc.check(prefixInvariance(peeking), { numRuns: 400 }).failed).toBe(true);
  });

  it('come out the same bytes whatever the chunks', () => {
    const cuts = fc.array(fc.nat({ max: 80 }), { maxLength: 12 });
    fc.assert(
      fc.property(ohlcArbitrary(80), settingsArbitrary, cuts, (bars, settings, at) => {
        const whole = labelBars(bars, settings);
        const everyBar = [...bars.time.keys()];
        for (const chunked of [labelBars(bars, settings, at), labelBars(bars, settings, everyBar)]) {
          expect(chunked.time).toHaveLength(bars.time.length);
          for (let row = 0; row < whole.time.length; row += 1)
            expect(rowBytes(chunked, row)).toBe(rowBytes(whole, row));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('come out as soon as they and all rows before them are settled, never more than a horizon late', () => {
    fc.assert(
      fc.property(ohlcArbitrary(60), settingsArbitrary, (bars, settings) => {
        const created = createLabelKernel(settings);
        if (!created.ok) throw new Error(created.fault.message);
        const kernel = created.value;
        let returned = 0;
        for (let row = 0; row < bars.time.length; row += 1) {
          returned += kernel.push(sliceBars(bars, row, row + 1)).outcome.length;
          expect(row + 1 - returned).toBeLessThanOrEqual(settings.bars);
        }
        returned += kernel.finish().outcome.length;
        expect(returned).toBe(bars.time.length);
      }),
      { numRuns: 200 },
    );
  });

  it('turn from up to down when prices are mirrored, and change in nothing else', () => {
    const centre = 400;
    const mirror = (column: Float64Array) => column.map((price) => centre - price);
    // 40 bars: beyond that the smoothed ATR no longer fits into the 53 bits that make this exact.
    fc.assert(
      fc.property(ohlcArbitrary(40), settingsArbitrary, (bars, settings) => {
        const mirroredBars = {
          ...bars,
          open: mirror(bars.open),
          high: mirror(bars.low),
          low: mirror(bars.high),
          close: mirror(bars.close),
        };
        const { tieRule } = settings;
        const mirroredRule: LabelSettings['tieRule'] =
          tieRule === 'noSide' ? tieRule : { side: tieRule.side === 1 ? -1 : 1 };
        const labels = labelBars(bars, { ...settings, minReturnBps: 0 });
        const mirrored = labelBars(mirroredBars, {
          ...settings,
          upAtr: settings.downAtr,
          downAtr: settings.upAtr,
          tieRule: mirroredRule,
          // A share of the price is not mirrored.
          minReturnBps: 0,
        });
        const flipped: Record<string, string> = { up: 'down', down: 'up' };
        expect(outcomeNames(mirrored)).toEqual(outcomeNames(labels).map((name) => flipped[name] ?? name));
        expect(mirrored.t1).toEqual(labels.t1);
        expect([...mirrored.returnAtr]).toEqual([...labels.returnAtr].map((value) => 0 - value));
        expect([...mirrored.classIndex]).toEqual(
          [...labels.classIndex].map((value) => (value === NO_CLASS ? NO_CLASS : CLASS_COUNT - 1 - value)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('exit between their barriers unless a gap jumped over one', () => {
    fc.assert(
      fc.property(ohlcArbitrary(60), settingsArbitrary, (bars, settings) => {
        const labels = labelBars(bars, settings);
        for (let row = 0; row < labels.time.length; row += 1) {
          const [exit, entry, atr] = [labels.exit[row]!, labels.entry[row]!, labels.atr[row]!];
          const upper = entry + settings.upAtr * atr;
          const lower = entry - settings.downAtr * atr;
          const gapped = exit === bars.open[labels.t1Row[row]!];
          if (labels.outcome[row] === LABEL_OUTCOMES.up) expect(exit === upper || (gapped && exit > upper)).toBe(true);
          if (labels.outcome[row] === LABEL_OUTCOMES.down)
            expect(exit === lower || (gapped && exit < lower)).toBe(true);
          if (labels.outcome[row] === LABEL_OUTCOMES.timeout) expect(exit < upper && exit > lower).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
