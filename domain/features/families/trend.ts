import { Difference, LogReturn, PerAtr, PlaceBetween } from '../columns';
import type { FeatureDeclaration, FeatureMemory } from '../declaration';
import { ExponentialAverage } from '../indicators/moving-average';
import { RegressionLine } from '../indicators/regression';
import { RollingExtreme } from '../indicators/rolling-extreme';
import { RollingMean } from '../indicators/rolling-mean';
import { AroonOscillator, EfficiencyRatio, VortexDifference } from '../indicators/trend-strength';
import { baseFeature, closeFeature } from './declare';

/** Whether there is a trend, which way, and how far the price stands from its averages and extremes. */
export const TREND_FEATURES: readonly FeatureDeclaration[] = [
  ofRange(
    'adx14',
    'decaying',
    27,
    'ADX(14), 0 to 100; 0 where nothing has moved',
    'TA-Lib ADX; Wilder 1978',
    ({ direction14 }) =>
      (bars) =>
        direction14(bars).adx,
  ),
  ofRange(
    'directionalDifference14',
    'decaying',
    14,
    '+DI(14) − −DI(14), −100 to 100; 0 where nothing has moved',
    'TA-Lib PLUS_DI, MINUS_DI; Wilder 1978',
    ({ direction14 }) => {
      const difference = new Difference();
      return (bars) => difference.fill(direction14(bars).plusDi, direction14(bars).minusDi);
    },
  ),
  averageDistance('smaDistance20', 'SMA(20)', 19, () => new RollingMean(20)),
  averageDistance('smaDistance50', 'SMA(50)', 49, () => new RollingMean(50)),
  averageDistance('emaDistance100', 'EMA(100)', 99, () => new ExponentialAverage(100)),
  baseFeature(
    'trend',
    'window',
    ['high', 'low'],
    {
      name: 'aroonOscillator25',
      firstBar: 25,
      definition: 'AROONOSC(25), −100 to 100; of equal extremes the newest counts',
      source: 'TA-Lib AROONOSC; Chande 1995',
    },
    () => {
      const aroon = new AroonOscillator(25);
      return ({ high, low }) => aroon.fill(high, low);
    },
  ),
  slopePerAtr(20),
  slopePerAtr(60),
  closeFeature(
    'trend',
    'window',
    {
      name: 'regressionFit20',
      firstBar: 19,
      definition: 'R² of the straight line through 20 closes, 0 to 1; 0 where the close did not move',
      source: 'TA-Lib LINEARREG',
    },
    () => {
      const line = new RegressionLine(20);
      return { fill: (close) => line.fits(close) };
    },
  ),
  closeFeature(
    'trend',
    'window',
    {
      name: 'efficiencyRatio20',
      firstBar: 20,
      definition: '|close − close 20 bars ago| / sum of the absolute one-bar changes, 0 to 1; 0 where nothing moved',
      source: 'Kaufman 1995',
    },
    () => new EfficiencyRatio(20),
  ),
  ofRange(
    'vortexDifference14',
    'window',
    14,
    '(Σ|high − last low| − Σ|low − last high|) / Σ true range over 14 bars; 0 where nothing moved',
    'Botes, Siepman 2010',
    ({ trueRange }) => {
      const vortex = new VortexDifference(14);
      return (bars) => vortex.fill(bars.high, bars.low, trueRange(bars));
    },
  ),
  ofRange(
    'rangePosition50',
    'window',
    49,
    '(close − lowest low) / (highest high − lowest low) of 50 bars, 0 to 1; NaN where they had no range',
    'Donchian 1960',
    () => {
      const [highs, lows] = [new RollingExtreme(50, 'highest'), new RollingExtreme(50, 'lowest')];
      const place = new PlaceBetween();
      return ({ high, low, close }) => place.fill(close, lows.fill(low), highs.fill(high));
    },
  ),
  baseFeature(
    'trend',
    'window',
    ['high', 'close'],
    {
      name: 'drawdown100',
      firstBar: 99,
      definition: 'ln(close / highest high of 100 bars), at most 0',
      source: 'Magdon-Ismail, Atiya 2004',
    },
    () => {
      const [highs, returns] = [new RollingExtreme(100, 'highest'), new LogReturn()];
      return ({ high, close }) => returns.fill(highs.fill(high), close);
    },
  ),
];

function ofRange(
  name: string,
  memory: FeatureMemory,
  firstBar: number,
  definition: string,
  source: string,
  create: Parameters<typeof baseFeature>[4],
): FeatureDeclaration {
  return baseFeature('trend', memory, ['high', 'low', 'close'], { name, firstBar, definition, source }, create);
}

function averageDistance(
  name: string,
  label: string,
  firstBar: number,
  build: () => { fill(values: Float64Array): Float64Array },
): FeatureDeclaration {
  const definition = `(close − ${label}) / ATR(14); NaN where nothing moves`;
  return ofRange(name, 'decaying', firstBar, definition, `TA-Lib ${label.slice(0, 3)}, ATR`, ({ atr14 }) => {
    const [average, difference, perAtr] = [build(), new Difference(), new PerAtr()];
    return (bars) => perAtr.fill(difference.fill(bars.close, average.fill(bars.close)), atr14(bars), bars.close);
  });
}

function slopePerAtr(bars: number): FeatureDeclaration {
  const definition = `LINEARREG_SLOPE(${bars}) of the close / ATR(14); NaN where nothing moves`;
  return ofRange(`slopeAtr${bars}`, 'decaying', bars - 1, definition, 'TA-Lib LINEARREG_SLOPE, ATR', ({ atr14 }) => {
    const [line, perAtr] = [new RegressionLine(bars), new PerAtr()];
    return (chunk) => perAtr.fill(line.slopes(chunk.close), atr14(chunk), chunk.close);
  });
}
