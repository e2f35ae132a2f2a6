import type { FeatureDeclaration } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { SimpleAverage } from '../indicators/moving-average';
import { at, perAtr, ratio } from '../numeric';
import { baseFeature } from './declare';

/** The shape of the bar itself against what is usual. */
export const BAR_FEATURES: readonly FeatureDeclaration[] = [
  baseFeature(
    'bar',
    'decaying',
    ['high', 'low', 'close'],
    {
      name: 'rangeAtr14',
      firstBar: 14,
      definition: '(high − low) / ATR(14), this bar included; NaN where nothing moves',
      source: 'TA-Lib ATR',
    },
    () => {
      const atr = new AverageTrueRange(14);
      return {
        push: (bars, row) => {
          const high = at(bars.high, row);
          const low = at(bars.low, row);
          const close = at(bars.close, row);
          return perAtr(high - low, atr.push(high, low, close), close);
        },
      };
    },
  ),
  baseFeature(
    'bar',
    'window',
    ['high', 'low', 'close'],
    {
      name: 'closePosition',
      firstBar: 0,
      definition: '(close − low) / (high − low), 0 to 1; NaN for a bar without range',
      source: 'ours',
    },
    () => ({
      push: (bars, row) => {
        const low = at(bars.low, row);
        return ratio(at(bars.close, row) - low, at(bars.high, row) - low);
      },
    }),
  ),
  shareOfRange(
    'balanceOfPower',
    'BOP: (close − open) / (high − low), −1 to 1; 0 for a bar without range',
    'TA-Lib BOP; Livshin 2001',
    ({ open, close }) => close - open,
  ),
  shareOfRange(
    'upperShadowShare',
    '(high − larger of open and close) / (high − low), 0 to 1; 0 for a bar without range',
    'Nison 1991',
    ({ open, high, close }) => high - Math.max(open, close),
  ),
  shareOfRange(
    'lowerShadowShare',
    '(smaller of open and close − low) / (high − low), 0 to 1; 0 for a bar without range',
    'Nison 1991',
    ({ open, low, close }) => Math.min(open, close) - low,
  ),
  baseFeature(
    'bar',
    'window',
    ['open', 'high', 'low', 'close'],
    {
      name: 'balanceOfPower14',
      firstBar: 13,
      definition: 'SMA(14) of BOP, −1 to 1',
      source: 'TA-Lib BOP, SMA',
    },
    () => {
      const average = new SimpleAverage(14);
      return {
        push: (bars, row) => {
          const [high, low] = [at(bars.high, row), at(bars.low, row)];
          return average.push(shareOf(at(bars.close, row) - at(bars.open, row), high - low));
        },
      };
    },
  ),
  baseFeature(
    'bar',
    'decaying',
    ['open', 'high', 'low', 'close'],
    {
      name: 'openGapAtr14',
      firstBar: 14,
      definition: '(open − last close) / ATR(14), this bar included; NaN where nothing moves',
      source: 'TA-Lib ATR',
    },
    () => {
      const atr = new AverageTrueRange(14);
      let previousClose = NaN;
      return {
        push: (bars, row) => {
          const close = at(bars.close, row);
          const gap = at(bars.open, row) - previousClose;
          previousClose = close;
          return perAtr(gap, atr.push(at(bars.high, row), at(bars.low, row), close), close);
        },
      };
    },
  ),
];

interface Prices {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

function shareOfRange(
  name: string,
  definition: string,
  source: string,
  part: (bar: Prices) => number,
): FeatureDeclaration {
  return baseFeature(
    'bar',
    'window',
    ['open', 'high', 'low', 'close'],
    { name, firstBar: 0, definition, source },
    () => ({
      push: (bars, row) => {
        const [high, low] = [at(bars.high, row), at(bars.low, row)];
        return shareOf(part({ open: at(bars.open, row), high, low, close: at(bars.close, row) }), high - low);
      },
    }),
  );
}

/** A part of the bar's range; 0 for a bar without range. */
function shareOf(part: number, range: number): number {
  return range === 0 ? 0 : part / range;
}
