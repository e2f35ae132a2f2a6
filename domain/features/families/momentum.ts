import type { BarColumns } from '../../core/bars';
import type { FeatureDeclaration } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { BollingerPosition } from '../indicators/bollinger';
import { ConvergenceDivergence } from '../indicators/convergence-divergence';
import { RelativeStrength } from '../indicators/relative-strength';
import { Stochastic } from '../indicators/stochastic';
import { at, perAtr } from '../numeric';

/** Oscillators: how far and how one-sidedly the price has run. */
export const MOMENTUM_FEATURES: readonly FeatureDeclaration[] = [
  {
    name: 'rsi14',
    family: 'momentum',
    inputs: ['close'],
    warmUp: { kind: 'exact', bars: 14 },
    timeframe: 'base',
    definition: 'RSI(14), 0 to 100; 0 where the close has never moved',
    source: 'TA-Lib RSI; Wilder 1978',
    create: () => {
      const rsi = new RelativeStrength(14);
      return { push: (bars, row) => rsi.push(at(bars.close, row)) };
    },
  },
  macdPerAtr('macdLineAtr', 'line', 'MACD(12, 26, 9) line / ATR(14)'),
  macdPerAtr('macdHistogramAtr', 'histogram', 'MACD(12, 26, 9) histogram / ATR(14)'),
  {
    name: 'bollingerPosition20',
    family: 'momentum',
    inputs: ['close'],
    warmUp: { kind: 'exact', bars: 19 },
    timeframe: 'base',
    definition: '(close − SMA(20)) / (2 × STDDEV(20)), not clipped; NaN where the close did not move in 20 bars',
    source: 'TA-Lib BBANDS; Bollinger 2001',
    create: () => {
      const position = new BollingerPosition(20, 2);
      return { push: (bars, row) => position.push(at(bars.close, row)) };
    },
  },
  stochastic('stochasticK14', 'k', 'slow %K of STOCH(14, 3, 3), 0 to 100; a window without range counts as 0'),
  stochastic('stochasticD14', 'd', 'slow %D of STOCH(14, 3, 3), 0 to 100; a window without range counts as 0'),
];

function macdPerAtr(name: string, part: 'line' | 'histogram', formula: string): FeatureDeclaration {
  return {
    name,
    family: 'momentum',
    inputs: ['high', 'low', 'close'],
    warmUp: { kind: 'exact', bars: 33 },
    timeframe: 'base',
    definition: `${formula}; NaN where nothing moves`,
    source: 'TA-Lib MACD, ATR; Appel 2005',
    create: () => {
      const macd = new ConvergenceDivergence(12, 26, 9);
      const atr = new AverageTrueRange(14);
      return {
        push: (bars: BarColumns, row: number) => {
          const close = at(bars.close, row);
          macd.push(close);
          return perAtr(macd[part], atr.push(at(bars.high, row), at(bars.low, row), close), close);
        },
      };
    },
  };
}

function stochastic(name: string, part: 'k' | 'd', definition: string): FeatureDeclaration {
  return {
    name,
    family: 'momentum',
    inputs: ['high', 'low', 'close'],
    warmUp: { kind: 'exact', bars: 17 },
    timeframe: 'base',
    definition,
    source: 'TA-Lib STOCH; Lane 1984',
    create: () => {
      const oscillator = new Stochastic(14, 3, 3);
      return {
        push: (bars: BarColumns, row: number) => {
          oscillator.push(at(bars.high, row), at(bars.low, row), at(bars.close, row));
          return oscillator[part];
        },
      };
    },
  };
}
