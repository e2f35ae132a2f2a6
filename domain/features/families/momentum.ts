import type { BarColumns } from '../../core/bars';
import type { FeatureDeclaration } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { BollingerPosition } from '../indicators/bollinger';
import { ConvergenceDivergence } from '../indicators/convergence-divergence';
import { RelativeStrength } from '../indicators/relative-strength';
import { ReturnsWindow } from '../indicators/returns-window';
import { TripleAverageChange, TrueStrength } from '../indicators/trend-strength';
import { at, perAtr } from '../numeric';
import { baseFeature, closeFeature } from './declare';

/** How far and how one-sidedly the price has run. */
export const MOMENTUM_FEATURES: readonly FeatureDeclaration[] = [
  closeFeature(
    'momentum',
    'decaying',
    {
      name: 'rsi14',
      firstBar: 14,
      definition: 'RSI(14), 0 to 100; 0 where the close has never moved',
      source: 'TA-Lib RSI; Wilder 1978',
    },
    () => new RelativeStrength(14),
  ),
  macdPerAtr('macdLineAtr', 'line', 'MACD(12, 26, 9) line / ATR(14)'),
  macdPerAtr('macdHistogramAtr', 'histogram', 'MACD(12, 26, 9) histogram / ATR(14)'),
  closeFeature(
    'momentum',
    'window',
    {
      name: 'bollingerPosition20',
      firstBar: 19,
      definition: '(close − SMA(20)) / (2 × STDDEV(20)), not clipped; NaN where the close did not move in 20 bars',
      source: 'TA-Lib BBANDS; Bollinger 2001',
    },
    () => new BollingerPosition(20, 2),
  ),
  closeFeature(
    'momentum',
    'window',
    {
      name: 'volatilityScaledReturn20',
      firstBar: 20,
      definition: 'log return over 20 bars / root of the sum of the squared one-bar ones; NaN where nothing moved',
      source: 'Moskowitz, Ooi, Pedersen 2012',
    },
    () => {
      const returns = new ReturnsWindow(20);
      return { push: (close) => (returns.push(close) ? returns.scaledSum() : NaN) };
    },
  ),
  closeFeature(
    'momentum',
    'decaying',
    {
      name: 'trix15',
      firstBar: 43,
      definition: 'TRIX(15): change of the threefold EMA(15) in percent per bar',
      source: 'TA-Lib TRIX; Hutson 1983',
    },
    () => new TripleAverageChange(15),
  ),
  closeFeature(
    'momentum',
    'decaying',
    {
      name: 'trueStrength25And13',
      firstBar: 37,
      definition: 'true strength index over 25 and 13 bars, −100 to 100; 0 where nothing has moved',
      source: 'Blau 1991',
    },
    () => new TrueStrength(25, 13),
  ),
];

function macdPerAtr(name: string, part: 'line' | 'histogram', formula: string): FeatureDeclaration {
  return baseFeature(
    'momentum',
    'decaying',
    ['high', 'low', 'close'],
    { name, firstBar: 33, definition: `${formula}; NaN where nothing moves`, source: 'TA-Lib MACD, ATR; Appel 2005' },
    () => {
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
  );
}
