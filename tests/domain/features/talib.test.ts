import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BarColumns } from '../../../domain/core/bars';
import { AverageTrueRange } from '../../../domain/features/indicators/average-true-range';
import { BollingerPosition } from '../../../domain/features/indicators/bollinger';
import { ConvergenceDivergence } from '../../../domain/features/indicators/convergence-divergence';
import { PairedWindow } from '../../../domain/features/indicators/correlation';
import { DirectionalMovement } from '../../../domain/features/indicators/directional-movement';
import { ExponentialAverage } from '../../../domain/features/indicators/moving-average';
import { RegressionLine } from '../../../domain/features/indicators/regression';
import { RollingMean } from '../../../domain/features/indicators/rolling-mean';
import { RollingDeviation } from '../../../domain/features/indicators/rolling-moments';
import { Stochastic } from '../../../domain/features/indicators/stochastic';
import { Accumulation, FlowSlope, SignedVolume } from '../../../domain/features/indicators/volume-flow';
import { createSharedColumns } from '../../../domain/features/shared-columns';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { ORDINARY_CONTEXT } from '../../support/feature-bars';

type Cells = readonly (number | null)[];
interface Series {
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', readonly number[]>>;
  readonly indicators: Readonly<Record<string, Cells>>;
}

const fixturePath = join(__dirname, '../../fixtures/talib-features.json');
const fixture = JSON.parse(readFileSync(fixturePath, 'utf8')) as { series: Readonly<Record<string, Series>> };

/** Each TA-Lib function of the fixture, over the bars at once. */
const OURS: Readonly<Record<string, (bars: BarColumns) => Float64Array>> = {
  SMA20: ({ close }) => new RollingMean(20).fill(close),
  SMA50: ({ close }) => new RollingMean(50).fill(close),
  EMA100: ({ close }) => new ExponentialAverage(100).fill(close),
  STDDEV20: ({ close }) => new RollingDeviation(20).fill(close),
  BBANDS_UPPER: ({ close }) => band(close, 2),
  BBANDS_LOWER: ({ close }) => band(close, -2),
  VOLUME_SMA20: ({ volume }) => new RollingMean(20).fill(volume),
  ATR14: ({ high, low, close }) => new AverageTrueRange(14).fill(high, low, close),
  RSI14: feature('rsi14'),
  MACD_LINE: ({ close }) => new ConvergenceDivergence(12, 26, 9).fill(close).line,
  MACD_HISTOGRAM: ({ close }) => new ConvergenceDivergence(12, 26, 9).fill(close).histogram,
  STOCH_K: ({ high, low, close }) => new Stochastic(14, 3, 3).fill(high, low, close).k,
  STOCH_D: ({ high, low, close }) => new Stochastic(14, 3, 3).fill(high, low, close).d,
  ADX14: ({ high, low, close }) => new DirectionalMovement(14).fill(high, low, close).adx,
  PLUS_DI14: ({ high, low, close }) => new DirectionalMovement(14).fill(high, low, close).plusDi,
  MINUS_DI14: ({ high, low, close }) => new DirectionalMovement(14).fill(high, low, close).minusDi,
  WILLR14: feature('williamsRange14'),
  CCI20: feature('channelIndex20'),
  STOCHRSI_D14: feature('stochasticRsi14'),
  ULTOSC28: feature('ultimateOscillator28'),
  AROONOSC25: feature('aroonOscillator25'),
  LINEARREG_SLOPE20: ({ close }) => new RegressionLine(20).slopes(close),
  LINEARREG_SLOPE60: ({ close }) => new RegressionLine(60).slopes(close),
  TRIX15: feature('trix15'),
  OBV_SLOPE20: (bars) => flowSlope(bars, new SignedVolume().fill(bars.close, bars.volume)),
  AD_SLOPE20: (bars) => flowSlope(bars, new Accumulation().fill(bars.high, bars.low, bars.close, bars.volume)),
  MFI14: feature('moneyFlow14'),
  CORREL20: ({ close, volume }) => new PairedWindow(20).correlations(close, volume),
  BOP: feature('balanceOfPower'),
  BOP_SMA14: feature('balanceOfPower14'),
};

function feature(name: string): (bars: BarColumns) => Float64Array {
  const declared = FEATURE_TABLE.find((one) => one.name === name)!;
  return (bars) => declared.create(ORDINARY_CONTEXT, createSharedColumns()).fill(bars);
}

function band(close: Float64Array, width: number): Float64Array {
  const deviation = new RollingDeviation(20).fill(close);
  return new RollingMean(20).fill(close).map((mean, i) => mean + width * deviation[i]!);
}

/** TA-Lib's slope is in volume; ours is in mean volumes. */
function flowSlope({ volume }: BarColumns, flows: Float64Array): Float64Array {
  const usual = new RollingMean(20).fill(volume);
  return new FlowSlope(20).fill(flows, usual).map((slope, i) => slope * usual[i]!);
}

/** STOCHRSI in the flat stretch: TA-Lib gives the place of RSI in a range that is nothing but rounding. */
function isRounding(name: string, series: Series, row: number): boolean {
  if (name !== 'STOCHRSI_D14') return false;
  const before = series.bars.close.slice(Math.max(0, row - 15), row - 1);
  return before.every((close) => close === before[0]);
}

function barsOf(series: Series): BarColumns {
  const { open, high, low, close, volume } = series.bars;
  return {
    time: Float64Array.from(close, (_, i) => (i + 1) * ORDINARY_CONTEXT.timeframeMs),
    open: Float64Array.from(open),
    high: Float64Array.from(high),
    low: Float64Array.from(low),
    close: Float64Array.from(close),
    volume: Float64Array.from(volume),
  };
}

describe.each(Object.entries(fixture.series))('indicators against TA-Lib on the series %s', (_, series) => {
  it.each(Object.entries(series.indicators))('%s: same first bar, |Δ| ≤ 1e-8 · max(1, |x|)', (name, expected) => {
    const values = OURS[name]!(barsOf(series));
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(expected.findIndex((cell) => cell !== null));
    const worst = expected.map((cell, i) =>
      cell === null || isRounding(name, series, i) ? 0 : Math.abs(values[i]! - cell) / Math.max(1, Math.abs(cell)),
    );
    expect(worst).toHaveLength(values.length);
    expect(Math.max(...worst)).toBeLessThanOrEqual(1e-8);
  });

  it('covers every indicator that the features use', () => {
    expect(Object.keys(series.indicators).sort()).toEqual(Object.keys(OURS).sort());
  });
});

it('the Bollinger position agrees with the bands of TA-Lib wherever they are apart', () => {
  const series = fixture.series.market!;
  const { BBANDS_UPPER: upper, BBANDS_LOWER: lower } = series.indicators;
  const positions = new BollingerPosition(20, 2).fill(barsOf(series).close);
  let compared = 0;
  for (const [i, close] of series.bars.close.entries()) {
    const position = positions[i]!;
    const top = upper![i]!;
    const bottom = lower![i]!;
    if (upper![i] === null) expect(position).toBeNaN();
    else if (top - bottom < 1e-9) expect(position).toBeNaN();
    else {
      compared += 1;
      expect(position).toBeCloseTo((2 * (close - (top + bottom) / 2)) / (top - bottom), 8);
    }
  }
  expect(compared).toBeGreaterThan(300);
});
