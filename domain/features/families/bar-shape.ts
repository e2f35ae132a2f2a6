import type { FeatureDeclaration } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { SimpleAverage } from '../indicators/moving-average';
import { at, perAtr, ratio } from '../numeric';

/** The shape of the bar itself against what is usual. */
export const BAR_FEATURES: readonly FeatureDeclaration[] = [
  {
    name: 'volumeRatio20',
    family: 'bar',
    inputs: ['volume'],
    warmUp: { kind: 'exact', bars: 19 },
    timeframe: 'base',
    definition: 'volume / SMA(20) of volume, this bar included; NaN where 20 bars had no volume',
    source: 'TA-Lib SMA',
    create: () => {
      const usual = new SimpleAverage(20);
      return {
        push: (bars, row) => {
          const volume = at(bars.volume, row);
          return ratio(volume, usual.push(volume));
        },
      };
    },
  },
  {
    name: 'rangeAtr14',
    family: 'bar',
    inputs: ['high', 'low', 'close'],
    warmUp: { kind: 'exact', bars: 14 },
    timeframe: 'base',
    definition: '(high − low) / ATR(14), this bar included; NaN where nothing moves',
    source: 'TA-Lib ATR',
    create: () => {
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
  },
  {
    name: 'closePosition',
    family: 'bar',
    inputs: ['high', 'low', 'close'],
    warmUp: { kind: 'exact', bars: 0 },
    timeframe: 'base',
    definition: '(close − low) / (high − low), 0 to 1; NaN for a bar without range',
    source: 'ours',
    create: () => ({
      push: (bars, row) => {
        const low = at(bars.low, row);
        return ratio(at(bars.close, row) - low, at(bars.high, row) - low);
      },
    }),
  },
];
