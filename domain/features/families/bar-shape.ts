import { Difference, PerAtr } from '../columns';
import type { FeatureDeclaration } from '../declaration';
import { Lag } from '../indicators/lag';
import { RollingMean } from '../indicators/rolling-mean';
import { Scratch } from '../indicators/scratch';
import { at, ratio } from '../numeric';
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
    ({ atr14 }) => {
      const [range, perAtr] = [new Difference(), new PerAtr()];
      return (bars) => perAtr.fill(range.fill(bars.high, bars.low), atr14(bars), bars.close);
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
    () => {
      const scratch = new Scratch();
      return ({ high, low, close }) => {
        const places = scratch.of(close.length);
        for (let i = 0; i < places.length; i += 1) {
          places[i] = ratio(at(close, i) - at(low, i), at(high, i) - at(low, i));
        }
        return places;
      };
    },
  ),
  shareOfRange(
    'balanceOfPower',
    'BOP: (close − open) / (high − low), −1 to 1; 0 for a bar without range',
    'TA-Lib BOP; Livshin 2001',
    (open, _high, _low, close) => close - open,
  ),
  shareOfRange(
    'upperShadowShare',
    '(high − larger of open and close) / (high − low), 0 to 1; 0 for a bar without range',
    'Nison 1991',
    (open, high, _low, close) => high - Math.max(open, close),
  ),
  shareOfRange(
    'lowerShadowShare',
    '(smaller of open and close − low) / (high − low), 0 to 1; 0 for a bar without range',
    'Nison 1991',
    (open, _high, low, close) => Math.min(open, close) - low,
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
      const [average, scratch] = [new RollingMean(14), new Scratch()];
      return ({ open, high, low, close }) => {
        const powers = scratch.of(close.length);
        for (let i = 0; i < powers.length; i += 1) {
          powers[i] = shareOf(at(close, i) - at(open, i), at(high, i) - at(low, i));
        }
        return average.fill(powers);
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
    ({ atr14 }) => {
      const [earlier, gap, perAtr] = [new Lag(1), new Difference(), new PerAtr()];
      return (bars) => perAtr.fill(gap.fill(bars.open, earlier.fill(bars.close)), atr14(bars), bars.close);
    },
  ),
];

function shareOfRange(
  name: string,
  definition: string,
  source: string,
  part: (open: number, high: number, low: number, close: number) => number,
): FeatureDeclaration {
  return baseFeature(
    'bar',
    'window',
    ['open', 'high', 'low', 'close'],
    { name, firstBar: 0, definition, source },
    () => {
      const scratch = new Scratch();
      return (bars) => {
        const shares = scratch.of(bars.close.length);
        for (let i = 0; i < shares.length; i += 1) {
          const [high, low] = [at(bars.high, i), at(bars.low, i)];
          shares[i] = shareOf(part(at(bars.open, i), high, low, at(bars.close, i)), high - low);
        }
        return shares;
      };
    },
  );
}

/** A part of the bar's range; 0 for a bar without range. */
function shareOf(part: number, range: number): number {
  return range === 0 ? 0 : part / range;
}
