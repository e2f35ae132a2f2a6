import type { FeatureDeclaration } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { ExponentialAverage } from '../indicators/moving-average';
import {
  garmanKlassVariance,
  parkinsonVariance,
  RangeVolatility,
  rogersSatchellVariance,
  YangZhangVolatility,
} from '../indicators/range-volatility';
import { RealisedVolatility } from '../indicators/realised-volatility';
import { ReturnsWindow } from '../indicators/returns-window';
import { RollingWindow } from '../indicators/rolling-window';
import { at, LEAST_ATR_SHARE, logReturn, ratio } from '../numeric';
import { baseFeature, closeFeature } from './declare';

/** How much the market moves, measured in several ways, and whether it moves more than it used to. */
export const VOLATILITY_FEATURES: readonly FeatureDeclaration[] = [
  baseFeature(
    'volatility',
    'decaying',
    ['high', 'low', 'close'],
    { name: 'atrShare14', firstBar: 14, definition: 'ATR(14) / close', source: 'TA-Lib ATR; Wilder 1978' },
    () => {
      const atr = new AverageTrueRange(14);
      return {
        push: (bars, row) => {
          const close = at(bars.close, row);
          return ratio(atr.push(at(bars.high, row), at(bars.low, row), close), close);
        },
      };
    },
  ),
  closeFeature(
    'volatility',
    'window',
    {
      name: 'realisedVolatility20',
      firstBar: 20,
      definition: 'root of the mean square of the last 20 one-bar log returns, per bar',
      source: 'Andersen, Bollerslev, Diebold, Labys 2003',
    },
    () => new RealisedVolatility(20),
  ),
  closeFeature(
    'volatility',
    'window',
    {
      name: 'volatilityRatio20To100',
      firstBar: 100,
      definition: 'realised volatility over 20 bars / over 100 bars; NaN where the close did not move in 100 bars',
      source: 'ours',
    },
    () => {
      const short = new RealisedVolatility(20);
      const long = new RealisedVolatility(100);
      return { push: (close) => ratio(short.push(close), long.push(close)) };
    },
  ),
  baseFeature(
    'volatility',
    'window',
    ['high', 'low'],
    {
      name: 'parkinsonVolatility20',
      firstBar: 19,
      definition: 'root of the mean of ln(high / low)² / (4 ln 2) over 20 bars, per bar',
      source: 'Parkinson 1980',
    },
    () => {
      const volatility = new RangeVolatility(20);
      return { push: (bars, row) => volatility.push(parkinsonVariance(at(bars.high, row), at(bars.low, row))) };
    },
  ),
  fourPrices(
    'garmanKlassVolatility20',
    'root of the mean of ln(high / low)² / 2 − (2 ln 2 − 1) · ln(close / open)² over 20 bars, per bar',
    'Garman, Klass 1980',
    garmanKlassVariance,
  ),
  fourPrices(
    'rogersSatchellVolatility20',
    'root of the mean of ln(high / close) · ln(high / open) + ln(low / close) · ln(low / open) over 20 bars, per bar',
    'Rogers, Satchell 1991',
    rogersSatchellVariance,
  ),
  baseFeature(
    'volatility',
    'window',
    ['open', 'high', 'low', 'close'],
    {
      name: 'yangZhangVolatility20',
      firstBar: 20,
      definition:
        'root of the variances between bars, open to close, and of Rogers and Satchell, over 20 bars, per bar',
      source: 'Yang, Zhang 2000',
    },
    () => {
      const volatility = new YangZhangVolatility(20);
      return {
        push: (bars, row) =>
          volatility.push(at(bars.open, row), at(bars.high, row), at(bars.low, row), at(bars.close, row)),
      };
    },
  ),
  closeFeature(
    'volatility',
    'window',
    {
      name: 'downsideShare20',
      firstBar: 20,
      definition: 'share of the squared one-bar log returns of 20 bars that fell, 0 to 1; NaN where nothing moved',
      source: 'Barndorff-Nielsen, Kinnebrock, Shephard 2010',
    },
    () => {
      const returns = new ReturnsWindow(20);
      return { push: (close) => (returns.push(close) ? returns.downsideShare() : NaN) };
    },
  ),
  closeFeature(
    'volatility',
    'window',
    {
      name: 'jumpShare60',
      firstBar: 60,
      definition: 'max(0, 1 − bipower variation / realised variance) over 60 bars; NaN where nothing moved',
      source: 'Barndorff-Nielsen, Shephard 2004',
    },
    () => {
      const returns = new ReturnsWindow(60);
      return { push: (close) => (returns.push(close) ? returns.jumpShare() : NaN) };
    },
  ),
  closeFeature(
    'volatility',
    'window',
    {
      name: 'bollingerWidth20',
      firstBar: 19,
      definition: '4 × STDDEV(20) / SMA(20)',
      source: 'TA-Lib BBANDS; Bollinger 2001',
    },
    () => {
      const window = new RollingWindow(20);
      return { push: (close) => (window.push(close) ? ratio(4 * window.deviation(), window.mean()) : NaN) };
    },
  ),
  closeFeature(
    'volatility',
    'decaying',
    {
      name: 'returnShock32',
      firstBar: 33,
      definition:
        'one-bar log return / root of EMA(32) of the squared ones up to the bar before; NaN where nothing moves',
      source: 'RiskMetrics 1996 (λ = 0.94)',
    },
    () => {
      const average = new ExponentialAverage(32);
      let previousClose = NaN;
      let variance = NaN;
      let started = false;
      return {
        push: (close) => {
          const expected = Math.sqrt(variance);
          const move = logReturn(previousClose, close);
          previousClose = close;
          if (started) variance = average.push(move * move);
          started = true;
          return expected > LEAST_ATR_SHARE ? move / expected : NaN;
        },
      };
    },
  ),
];

function fourPrices(
  name: string,
  definition: string,
  source: string,
  variance: (open: number, high: number, low: number, close: number) => number,
): FeatureDeclaration {
  return baseFeature(
    'volatility',
    'window',
    ['open', 'high', 'low', 'close'],
    { name, firstBar: 19, definition, source },
    () => {
      const volatility = new RangeVolatility(20);
      return {
        push: (bars, row) =>
          volatility.push(variance(at(bars.open, row), at(bars.high, row), at(bars.low, row), at(bars.close, row))),
      };
    },
  );
}
