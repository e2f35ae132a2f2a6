import { PerAtr } from '../columns';
import type { FeatureDeclaration } from '../declaration';
import { positionsInBands } from '../indicators/bollinger';
import { RollingSum } from '../indicators/rolling-sum';
import { Scratch } from '../indicators/scratch';
import { TripleAverageChange, TrueStrength } from '../indicators/trend-strength';
import { baseFeature, closeFeature } from './declare';

/** How far and how one-sidedly the price has run. */
export const MOMENTUM_FEATURES: readonly FeatureDeclaration[] = [
  baseFeature(
    'momentum',
    'decaying',
    ['close'],
    {
      name: 'rsi14',
      firstBar: 14,
      definition: 'RSI(14), 0 to 100; 0 where the close has never moved',
      source: 'TA-Lib RSI; Wilder 1978',
    },
    ({ rsi14 }) => rsi14,
  ),
  macdPerAtr('macdLineAtr', 'line', 'MACD(12, 26, 9) line / ATR(14)'),
  macdPerAtr('macdHistogramAtr', 'histogram', 'MACD(12, 26, 9) histogram / ATR(14)'),
  baseFeature(
    'momentum',
    'window',
    ['close'],
    {
      name: 'bollingerPosition20',
      firstBar: 19,
      definition: '(close − SMA(20)) / (2 × STDDEV(20)), not clipped; NaN where the close did not move in 20 bars',
      source: 'TA-Lib BBANDS; Bollinger 2001',
    },
    ({ closeMoments20 }) => {
      const scratch = new Scratch();
      return (bars) => {
        const positions = scratch.of(bars.close.length);
        positionsInBands(bars.close, closeMoments20(bars), 20, 2, positions);
        return positions;
      };
    },
  ),
  baseFeature(
    'momentum',
    'window',
    ['close'],
    {
      name: 'volatilityScaledReturn20',
      firstBar: 20,
      definition: 'log return over 20 bars / root of the sum of the squared one-bar ones; NaN where nothing moved',
      source: 'Moskowitz, Ooi, Pedersen 2012',
    },
    ({ logReturn, squaredReturns20 }) => {
      const sum = new RollingSum(20);
      return (bars) => {
        const sums = sum.fill(logReturn(bars));
        const squares = squaredReturns20(bars);
        for (let i = 0; i < sums.length; i += 1) {
          const total = squares[i] ?? NaN;
          sums[i] = total > 0 ? (sums[i] ?? NaN) / Math.sqrt(total) : NaN;
        }
        return sums;
      };
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
    ({ macd, atr14 }) => {
      const perAtr = new PerAtr();
      return (bars) => perAtr.fill(macd(bars)[part], atr14(bars), bars.close);
    },
  );
}
