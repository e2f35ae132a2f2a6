import type { FeatureDeclaration, FeatureMemory } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { DirectionalMovement } from '../indicators/directional-movement';
import { ExponentialAverage, SimpleAverage } from '../indicators/moving-average';
import { RegressionLine } from '../indicators/regression';
import { RollingExtreme } from '../indicators/rolling-extreme';
import { AroonOscillator, EfficiencyRatio, VortexDifference } from '../indicators/trend-strength';
import { at, logReturn, perAtr, ratio } from '../numeric';
import { baseFeature, closeFeature, rangeFeature } from './declare';

/** Whether there is a trend, which way, and how far the price stands from its averages and extremes. */
export const TREND_FEATURES: readonly FeatureDeclaration[] = [
  ofRange('adx14', 'decaying', 27, 'ADX(14), 0 to 100; 0 where nothing has moved', 'TA-Lib ADX; Wilder 1978', () =>
    directional((movement) => movement.adx),
  ),
  ofRange(
    'directionalDifference14',
    'decaying',
    14,
    '+DI(14) − −DI(14), −100 to 100; 0 where nothing has moved',
    'TA-Lib PLUS_DI, MINUS_DI; Wilder 1978',
    () => directional((movement) => movement.plusDi - movement.minusDi),
  ),
  averageDistance('smaDistance20', 'SMA(20)', 19, () => new SimpleAverage(20)),
  averageDistance('smaDistance50', 'SMA(50)', 49, () => new SimpleAverage(50)),
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
      return { push: (bars, row) => aroon.push(at(bars.high, row), at(bars.low, row)) };
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
      return { push: (close) => (line.push(close) ? line.fit() : NaN) };
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
    () => new VortexDifference(14),
  ),
  ofRange(
    'rangePosition50',
    'window',
    49,
    '(close − lowest low) / (highest high − lowest low) of 50 bars, 0 to 1; NaN where they had no range',
    'Donchian 1960',
    () => {
      const highs = new RollingExtreme(50, 'highest');
      const lows = new RollingExtreme(50, 'lowest');
      return {
        push: (high, low, close) => {
          const lowest = lows.push(low);
          return ratio(close - lowest, highs.push(high) - lowest);
        },
      };
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
      const highs = new RollingExtreme(100, 'highest');
      return { push: (bars, row) => logReturn(highs.push(at(bars.high, row)), at(bars.close, row)) };
    },
  ),
];

interface OfRange {
  push(high: number, low: number, close: number): number;
}

function ofRange(
  name: string,
  memory: FeatureMemory,
  firstBar: number,
  definition: string,
  source: string,
  build: () => OfRange,
): FeatureDeclaration {
  return rangeFeature('trend', memory, { name, firstBar, definition, source }, build);
}

function directional(read: (movement: DirectionalMovement) => number): OfRange {
  const movement = new DirectionalMovement(14);
  return {
    push: (high, low, close) => {
      movement.push(high, low, close);
      return read(movement);
    },
  };
}

function averageDistance(
  name: string,
  label: string,
  firstBar: number,
  build: () => { push(value: number): number },
): FeatureDeclaration {
  const definition = `(close − ${label}) / ATR(14); NaN where nothing moves`;
  return ofRange(name, 'decaying', firstBar, definition, `TA-Lib ${label.slice(0, 3)}, ATR`, () => {
    const average = build();
    const atr = new AverageTrueRange(14);
    return {
      push: (high, low, close) => {
        const distance = close - average.push(close);
        return perAtr(distance, atr.push(high, low, close), close);
      },
    };
  });
}

function slopePerAtr(bars: number): FeatureDeclaration {
  const definition = `LINEARREG_SLOPE(${bars}) of the close / ATR(14); NaN where nothing moves`;
  return ofRange(`slopeAtr${bars}`, 'decaying', bars - 1, definition, 'TA-Lib LINEARREG_SLOPE, ATR', () => {
    const line = new RegressionLine(bars);
    const atr = new AverageTrueRange(14);
    return {
      push: (high, low, close) => {
        const slope = line.push(close) ? line.slope() : NaN;
        return perAtr(slope, atr.push(high, low, close), close);
      },
    };
  });
}
