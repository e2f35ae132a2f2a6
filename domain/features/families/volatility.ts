import type { FeatureDeclaration } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { RealisedVolatility } from '../indicators/realised-volatility';
import { at, ratio } from '../numeric';

/** How much the market moves, and whether it moves more than it used to. */
export const VOLATILITY_FEATURES: readonly FeatureDeclaration[] = [
  {
    name: 'atrShare14',
    family: 'volatility',
    inputs: ['high', 'low', 'close'],
    warmUp: { kind: 'exact', bars: 14 },
    timeframe: 'base',
    definition: 'ATR(14) / close',
    source: 'TA-Lib ATR; Wilder 1978',
    create: () => {
      const atr = new AverageTrueRange(14);
      return {
        push: (bars, row) => {
          const close = at(bars.close, row);
          return ratio(atr.push(at(bars.high, row), at(bars.low, row), close), close);
        },
      };
    },
  },
  {
    name: 'realisedVolatility20',
    family: 'volatility',
    inputs: ['close'],
    warmUp: { kind: 'exact', bars: 20 },
    timeframe: 'base',
    definition: 'root of the mean square of the last 20 one-bar log returns, per bar',
    source: 'Andersen, Bollerslev, Diebold, Labys 2003',
    create: () => {
      const volatility = new RealisedVolatility(20);
      return { push: (bars, row) => volatility.push(at(bars.close, row)) };
    },
  },
  {
    name: 'volatilityRatio20To100',
    family: 'volatility',
    inputs: ['close'],
    warmUp: { kind: 'exact', bars: 100 },
    timeframe: 'base',
    definition: 'realised volatility over 20 bars / over 100 bars; NaN where the close did not move in 100 bars',
    source: 'ours',
    create: () => {
      const short = new RealisedVolatility(20);
      const long = new RealisedVolatility(100);
      return {
        push: (bars, row) => {
          const close = at(bars.close, row);
          return ratio(short.push(close), long.push(close));
        },
      };
    },
  },
];
