import fc from 'fast-check';
import { shapesOf, splicedCloses } from '../../../domain/augment/bar-shapes';
import { AUGMENTATION_METHODS, type AugmentationMethod } from '../../../domain/augment/settings';
import { synthesiseBars } from '../../../domain/augment/synthesise';
import { BAR_FIELDS, type BarColumns } from '../../../domain/core/bars';
import type { RowRange } from '../../../domain/core/rows';
import { fitRegimes, labelRegimes } from '../../../domain/statistics/regimes';
import { generate, SETTINGS } from '../generate/generated-bars';
import { HOUR_MS, valueOf } from './measures';

const bars = generate({ ...SETTINGS, symbolCount: 1, bars: 1_500, timeframeMinutes: 60, delistOne: false }, 0);
const RANGES: readonly RowRange[] = [
  [10, 700],
  [800, 801],
  [900, 1_300],
];

function synthetic(of: BarColumns, method: AugmentationMethod, seed: number, meanBlockBars = 40): BarColumns {
  const shapes = valueOf(shapesOf(of, RANGES));
  const closes = splicedCloses(shapes);
  const regimes = () => {
    const fitted = fitRegimes(closes, closes.length, { windowBars: 24 });
    return fitted.ok ? { ok: true as const, value: labelRegimes(closes, fitted.value) } : fitted;
  };
  return valueOf(synthesiseBars(shapes, { method, meanBlockBars }, { timeframeMs: HOUR_MS, regimes }, seed));
}

describe.each(AUGMENTATION_METHODS)('bars of %s', (method) => {
  it('are whole bars in order of time, at instants of training bars (property)', () => {
    const trained = new Set(RANGES.flatMap(([from, to]) => [...bars.time.subarray(from, to)]));
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 2_000 }), (seed, meanBlockBars) => {
        const made = synthetic(bars, method, seed, meanBlockBars);
        for (let i = 0; i < made.time.length; i += 1) {
          const [open, high, low, close] = [made.open[i]!, made.high[i]!, made.low[i]!, made.close[i]!];
          const isSound =
            low > 0 &&
            low <= Math.min(open, close) &&
            high >= Math.max(open, close) &&
            high < Infinity &&
            made.volume[i]! >= 0 &&
            trained.has(made.time[i]!) &&
            (i === 0 || made.time[i]! > made.time[i - 1]!);
          if (!isSound) throw new Error(`bar ${i} is unsound: ${[open, high, low, close, made.volume[i]].join(' ')}`);
        }
      }),
      { numRuns: method === 'arGarch' ? 3 : 30 },
    );
  });

  it('are the same for the same seed and others for another', () => {
    expect(synthetic(bars, method, 1)).toEqual(synthetic(bars, method, 1));
    expect(synthetic(bars, method, 1)).not.toEqual(synthetic(bars, method, 2));
  });

  it('do not change in a byte where all other bars become rubbish', () => {
    const isTrained = (row: number): boolean => RANGES.some(([from, to]) => row >= from && row < to);
    const rubbish: BarColumns = {
      ...bars,
      ...Object.fromEntries(
        BAR_FIELDS.map((field) => [field, bars[field].map((value, row) => (isTrained(row) ? value : -7e9 * row))]),
      ),
    };
    expect(synthetic(rubbish, method, 1)).toEqual(synthetic(bars, method, 1));
    const touched = { ...bars, close: bars.close.map((value, row) => (row === 950 ? value * 1.01 : value)) };
    expect(synthetic(touched, method, 1)).not.toEqual(synthetic(bars, method, 1));
  });
});

describe('shapes of bars', () => {
  it('are refused where nothing is left, and where a price is not positive', () => {
    const none = shapesOf(bars, [[4, 5]]);
    expect(none.ok ? '' : none.fault.message).toContain('no two neighbouring bars');
    const broken = shapesOf({ ...bars, low: bars.low.map((value, row) => (row === 20 ? 0 : value)) }, RANGES);
    expect(broken.ok ? '' : broken.fault).toMatchObject({ code: 'InvalidAugmentation' });
    expect(broken.ok ? '' : broken.fault.message).toContain(new Date(bars.time[20]!).toISOString());
  });

  it('have volume above the usual of the month, so that an old block brings no old level', () => {
    const growing = { ...bars, volume: bars.volume.map((_, row) => 1 + row * row) };
    const made = synthetic(growing, 'movingBlock', 1);
    const [early, late] = [made.volume.subarray(24, 300), made.volume.subarray(-276)];
    expect(Math.max(...early)).toBeLessThan(Math.min(...late));
  });
});
