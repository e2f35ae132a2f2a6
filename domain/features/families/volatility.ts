import { Absolute, Product, Ratio, RootOfMean } from '../columns';
import type { FeatureDeclaration } from '../declaration';
import { Lag } from '../indicators/lag';
import { ExponentialAverage } from '../indicators/moving-average';
import {
  garmanKlassVariance,
  parkinsonVariance,
  RangeVolatility,
  rogersSatchellVariance,
  YangZhangVolatility,
} from '../indicators/range-volatility';
import { RollingSum } from '../indicators/rolling-sum';
import { Scratch } from '../indicators/scratch';
import { at, LEAST_ATR_SHARE } from '../numeric';
import { baseFeature } from './declare';

/** How much the market moves, measured in several ways, and whether it moves more than it used to. */
export const VOLATILITY_FEATURES: readonly FeatureDeclaration[] = [
  baseFeature(
    'volatility',
    'decaying',
    ['high', 'low', 'close'],
    { name: 'atrShare14', firstBar: 14, definition: 'ATR(14) / close', source: 'TA-Lib ATR; Wilder 1978' },
    ({ atr14 }) => {
      const ratio = new Ratio();
      return (bars) => ratio.fill(atr14(bars), bars.close);
    },
  ),
  ofReturns(
    'realisedVolatility20',
    20,
    'root of the mean square of the last 20 one-bar log returns, per bar',
    'Andersen, Bollerslev, Diebold, Labys 2003',
    ({ squaredReturns20 }) => {
      const root = new RootOfMean(20);
      return (bars) => root.fill(squaredReturns20(bars));
    },
  ),
  ofReturns(
    'volatilityRatio20To100',
    100,
    'realised volatility over 20 bars / over 100 bars; NaN where the close did not move in 100 bars',
    'ours',
    ({ squaredReturns20, squaredReturns100 }) => {
      const [short, long, ratio] = [new RootOfMean(20), new RootOfMean(100), new Ratio()];
      return (bars) => ratio.fill(short.fill(squaredReturns20(bars)), long.fill(squaredReturns100(bars)));
    },
  ),
  ofPrices(
    'parkinsonVolatility20',
    19,
    ['high', 'low'],
    'root of the mean of ln(high / low)² / (4 ln 2) over 20 bars, per bar',
    'Parkinson 1980',
    () => new RangeVolatility(20, parkinsonVariance),
  ),
  ofPrices(
    'garmanKlassVolatility20',
    19,
    ['open', 'high', 'low', 'close'],
    'root of the mean of ln(high / low)² / 2 − (2 ln 2 − 1) · ln(close / open)² over 20 bars, per bar',
    'Garman, Klass 1980',
    () => new RangeVolatility(20, garmanKlassVariance),
  ),
  ofPrices(
    'rogersSatchellVolatility20',
    19,
    ['open', 'high', 'low', 'close'],
    'root of the mean of ln(high / close) · ln(high / open) + ln(low / close) · ln(low / open) over 20 bars, per bar',
    'Rogers, Satchell 1991',
    () => new RangeVolatility(20, rogersSatchellVariance),
  ),
  ofPrices(
    'yangZhangVolatility20',
    20,
    ['open', 'high', 'low', 'close'],
    'root of the variances between bars, open to close, and of Rogers and Satchell, over 20 bars, per bar',
    'Yang, Zhang 2000',
    () => new YangZhangVolatility(20),
  ),
  ofReturns(
    'downsideShare20',
    20,
    'share of the squared one-bar log returns of 20 bars that fell, 0 to 1; NaN where nothing moved',
    'Barndorff-Nielsen, Kinnebrock, Shephard 2010',
    ({ logReturn, squaredReturns20 }) => {
      const [scratch, sum, ratio] = [new Scratch(), new RollingSum(20), new Ratio()];
      return (bars) => {
        const returns = logReturn(bars);
        const falls = scratch.of(returns.length);
        for (let i = 0; i < falls.length; i += 1) {
          const fall = 0.5 * (Math.abs(at(returns, i)) - at(returns, i));
          falls[i] = fall * fall;
        }
        return ratio.fill(sum.fill(falls), squaredReturns20(bars));
      };
    },
  ),
  ofReturns(
    'jumpShare60',
    60,
    'max(0, 1 − bipower variation / realised variance) over 60 bars; NaN where nothing moved',
    'Barndorff-Nielsen, Shephard 2004',
    ({ logReturn, squaredReturn }) => {
      const [size, earlier, product] = [new Absolute(), new Lag(1), new Product()];
      const [squares, bipower, scratch] = [new RollingSum(60), new RollingSum(59), new Scratch()];
      return (bars) => {
        const sizes = size.fill(logReturn(bars));
        const continuous = bipower.fill(product.fill(sizes, earlier.fill(sizes)));
        const variance = squares.fill(squaredReturn(bars));
        const shares = scratch.of(variance.length);
        for (let i = 0; i < shares.length; i += 1) {
          const total = at(variance, i);
          const share = (Math.PI / 2) * (60 / 59) * (at(continuous, i) / total);
          shares[i] = total > 0 ? Math.max(0, 1 - share) : NaN;
        }
        return shares;
      };
    },
  ),
  ofReturns(
    'bollingerWidth20',
    19,
    '4 × STDDEV(20) / SMA(20)',
    'TA-Lib BBANDS; Bollinger 2001',
    ({ closeMoments20 }) => {
      const scratch = new Scratch();
      return (bars) => {
        const { means, squares } = closeMoments20(bars);
        const widths = scratch.of(means.length);
        for (let i = 0; i < widths.length; i += 1) widths[i] = (4 * Math.sqrt(at(squares, i) / 20)) / at(means, i);
        return widths;
      };
    },
  ),
  baseFeature(
    'volatility',
    'decaying',
    ['close'],
    {
      name: 'returnShock32',
      firstBar: 33,
      definition:
        'one-bar log return / root of EMA(32) of the squared ones up to the bar before; NaN where nothing moves',
      source: 'RiskMetrics 1996 (λ = 0.94)',
    },
    ({ logReturn, squaredReturn }) => {
      const [average, before, scratch] = [new ExponentialAverage(32, 1), new Lag(1), new Scratch()];
      return (bars) => {
        const variances = before.fill(average.fill(squaredReturn(bars)));
        const returns = logReturn(bars);
        const shocks = scratch.of(returns.length);
        for (let i = 0; i < shocks.length; i += 1) {
          const expected = Math.sqrt(at(variances, i));
          shocks[i] = expected > LEAST_ATR_SHARE ? at(returns, i) / expected : NaN;
        }
        return shocks;
      };
    },
  ),
];

function ofReturns(
  name: string,
  firstBar: number,
  definition: string,
  source: string,
  create: Parameters<typeof baseFeature>[4],
): FeatureDeclaration {
  return baseFeature('volatility', 'window', ['close'], { name, firstBar, definition, source }, create);
}

function ofPrices(
  name: string,
  firstBar: number,
  inputs: FeatureDeclaration['inputs'],
  definition: string,
  source: string,
  build: () => RangeVolatility | YangZhangVolatility,
): FeatureDeclaration {
  return baseFeature('volatility', 'window', inputs, { name, firstBar, definition, source }, () => {
    const volatility = build();
    return (bars) => volatility.fill(bars);
  });
}
