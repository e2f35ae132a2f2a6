import type { FeatureDeclaration } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { DirectionalMovement } from '../indicators/directional-movement';
import { ExponentialAverage, SimpleAverage } from '../indicators/moving-average';
import { at, perAtr } from '../numeric';

/** Whether there is a trend, which way, and how far the price stands from its averages. */
export const TREND_FEATURES: readonly FeatureDeclaration[] = [
  {
    name: 'adx14',
    family: 'trend',
    inputs: ['high', 'low', 'close'],
    warmUp: { kind: 'exact', bars: 27 },
    timeframe: 'base',
    definition: 'ADX(14), 0 to 100; 0 where nothing has moved',
    source: 'TA-Lib ADX; Wilder 1978',
    create: () => {
      const movement = new DirectionalMovement(14);
      return {
        push: (bars, row) => {
          movement.push(at(bars.high, row), at(bars.low, row), at(bars.close, row));
          return movement.adx;
        },
      };
    },
  },
  {
    name: 'directionalDifference14',
    family: 'trend',
    inputs: ['high', 'low', 'close'],
    warmUp: { kind: 'exact', bars: 14 },
    timeframe: 'base',
    definition: '+DI(14) − −DI(14), −100 to 100; 0 where nothing has moved',
    source: 'TA-Lib PLUS_DI, MINUS_DI; Wilder 1978',
    create: () => {
      const movement = new DirectionalMovement(14);
      return {
        push: (bars, row) => {
          movement.push(at(bars.high, row), at(bars.low, row), at(bars.close, row));
          return movement.plusDi - movement.minusDi;
        },
      };
    },
  },
  averageDistance('smaDistance20', 'SMA(20)', 19, () => new SimpleAverage(20)),
  averageDistance('smaDistance50', 'SMA(50)', 49, () => new SimpleAverage(50)),
  averageDistance('emaDistance100', 'EMA(100)', 99, () => new ExponentialAverage(100)),
];

interface Average {
  push(value: number): number;
}

function averageDistance(name: string, label: string, firstBar: number, build: () => Average): FeatureDeclaration {
  return {
    name,
    family: 'trend',
    inputs: ['high', 'low', 'close'],
    warmUp: { kind: 'exact', bars: firstBar },
    timeframe: 'base',
    definition: `(close − ${label}) / ATR(14); NaN where nothing moves`,
    source: `TA-Lib ${label.slice(0, 3)}, ATR`,
    create: () => {
      const average = build();
      const atr = new AverageTrueRange(14);
      return {
        push: (bars, row) => {
          const close = at(bars.close, row);
          const distance = close - average.push(close);
          return perAtr(distance, atr.push(at(bars.high, row), at(bars.low, row), close), close);
        },
      };
    },
  };
}
