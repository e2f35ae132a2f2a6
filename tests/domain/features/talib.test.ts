import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BAR_FIELDS } from '../../../domain/core/bars';
import { AverageTrueRange } from '../../../domain/features/indicators/average-true-range';
import { BollingerPosition } from '../../../domain/features/indicators/bollinger';
import { ConvergenceDivergence } from '../../../domain/features/indicators/convergence-divergence';
import { PairedWindow } from '../../../domain/features/indicators/correlation';
import { DirectionalMovement } from '../../../domain/features/indicators/directional-movement';
import { ExponentialAverage, SimpleAverage } from '../../../domain/features/indicators/moving-average';
import {
  ChannelIndex,
  StochasticStrength,
  UltimateOscillator,
  WilliamsRange,
} from '../../../domain/features/indicators/oscillators';
import { RegressionLine } from '../../../domain/features/indicators/regression';
import { RelativeStrength } from '../../../domain/features/indicators/relative-strength';
import { RollingWindow } from '../../../domain/features/indicators/rolling-window';
import { Stochastic } from '../../../domain/features/indicators/stochastic';
import { AroonOscillator, TripleAverageChange } from '../../../domain/features/indicators/trend-strength';
import { accumulation, FlowSlope, MoneyFlow, SignedVolume } from '../../../domain/features/indicators/volume-flow';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { emptyBars, ORDINARY_CONTEXT } from '../../support/feature-bars';

type Cells = readonly (number | null)[];
interface Series {
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', readonly number[]>>;
  readonly indicators: Readonly<Record<string, Cells>>;
}
interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const fixturePath = join(__dirname, '../../fixtures/talib-features.json');
const fixture = JSON.parse(readFileSync(fixturePath, 'utf8')) as { series: Readonly<Record<string, Series>> };

/** Each TA-Lib function of the fixture, computed by our state machines one bar at a time. */
const OURS: Readonly<Record<string, () => (bar: Bar) => number>> = {
  SMA20: () => average(new SimpleAverage(20)),
  SMA50: () => average(new SimpleAverage(50)),
  EMA100: () => average(new ExponentialAverage(100)),
  STDDEV20: () => windowStatistic((window) => window.deviation()),
  BBANDS_UPPER: () => windowStatistic((window) => window.mean() + 2 * window.deviation()),
  BBANDS_LOWER: () => windowStatistic((window) => window.mean() - 2 * window.deviation()),
  VOLUME_SMA20: () => {
    const sma = new SimpleAverage(20);
    return (bar) => sma.push(bar.volume);
  },
  ATR14: () => {
    const atr = new AverageTrueRange(14);
    return (bar) => atr.push(bar.high, bar.low, bar.close);
  },
  RSI14: () => average(new RelativeStrength(14)),
  MACD_LINE: () => macd((state) => state.line),
  MACD_HISTOGRAM: () => macd((state) => state.histogram),
  STOCH_K: () => stochastic((state) => state.k),
  STOCH_D: () => stochastic((state) => state.d),
  ADX14: () => directional((state) => state.adx),
  PLUS_DI14: () => directional((state) => state.plusDi),
  MINUS_DI14: () => directional((state) => state.minusDi),
  WILLR14: () => ofRange(new WilliamsRange(14)),
  CCI20: () => ofRange(new ChannelIndex(20)),
  STOCHRSI_D14: () => average(new StochasticStrength(14, 14, 3)),
  ULTOSC28: () => ofRange(new UltimateOscillator(7, 14, 28)),
  AROONOSC25: () => {
    const aroon = new AroonOscillator(25);
    return (bar) => aroon.push(bar.high, bar.low);
  },
  LINEARREG_SLOPE20: () => regressionSlope(20),
  LINEARREG_SLOPE60: () => regressionSlope(60),
  TRIX15: () => average(new TripleAverageChange(15)),
  OBV_SLOPE20: () => {
    const signed = new SignedVolume();
    return flowSlope((bar) => signed.push(bar.close, bar.volume));
  },
  AD_SLOPE20: () => flowSlope((bar) => accumulation(bar.high, bar.low, bar.close, bar.volume)),
  MFI14: () => {
    const flow = new MoneyFlow(14);
    return (bar) => flow.push(bar.high, bar.low, bar.close, bar.volume);
  },
  CORREL20: () => {
    const pair = new PairedWindow(20);
    return (bar) => (pair.push(bar.close, bar.volume) ? pair.correlation() : NaN);
  },
  BOP: () => feature('balanceOfPower'),
  BOP_SMA14: () => feature('balanceOfPower14'),
};

function average(state: { push(value: number): number }): (bar: Bar) => number {
  return (bar) => state.push(bar.close);
}

function ofRange(state: { push(high: number, low: number, close: number): number }): (bar: Bar) => number {
  return (bar) => state.push(bar.high, bar.low, bar.close);
}

function regressionSlope(period: number): (bar: Bar) => number {
  const line = new RegressionLine(period);
  return (bar) => (line.push(bar.close) ? line.slope() : NaN);
}

/** TA-Lib's slope is in volume; ours is in mean volumes. */
function flowSlope(flowOf: (bar: Bar) => number): (bar: Bar) => number {
  const slope = new FlowSlope(20);
  const usual = new SimpleAverage(20);
  return (bar) => slope.push(flowOf(bar), bar.volume) * usual.push(bar.volume);
}

function feature(name: string): (bar: Bar) => number {
  const kernel = FEATURE_TABLE.find((declared) => declared.name === name)!.create(ORDINARY_CONTEXT);
  const bars = emptyBars(1);
  return (bar) => {
    for (const field of BAR_FIELDS) bars[field][0] = bar[field];
    return kernel.push(bars, 0);
  };
}

function windowStatistic(read: (window: RollingWindow) => number): (bar: Bar) => number {
  const window = new RollingWindow(20);
  return (bar) => (window.push(bar.close) ? read(window) : NaN);
}

function macd(read: (state: ConvergenceDivergence) => number): (bar: Bar) => number {
  const state = new ConvergenceDivergence(12, 26, 9);
  return (bar) => {
    state.push(bar.close);
    return read(state);
  };
}

function stochastic(read: (state: Stochastic) => number): (bar: Bar) => number {
  const state = new Stochastic(14, 3, 3);
  return (bar) => {
    state.push(bar.high, bar.low, bar.close);
    return read(state);
  };
}

function directional(read: (state: DirectionalMovement) => number): (bar: Bar) => number {
  const state = new DirectionalMovement(14);
  return (bar) => {
    state.push(bar.high, bar.low, bar.close);
    return read(state);
  };
}

/** STOCHRSI in the flat stretch: TA-Lib gives the place of RSI in a range that is nothing but rounding. */
function isRounding(name: string, series: Series, row: number): boolean {
  if (name !== 'STOCHRSI_D14') return false;
  const before = series.bars.close.slice(Math.max(0, row - 15), row - 1);
  return before.every((close) => close === before[0]);
}

function barsOf(series: Series): Bar[] {
  const { open, high, low, close, volume } = series.bars;
  return close.map((value, i) => ({
    open: open[i]!,
    high: high[i]!,
    low: low[i]!,
    close: value,
    volume: volume[i]!,
  }));
}

describe.each(Object.entries(fixture.series))('indicators against TA-Lib on the series %s', (_, series) => {
  it.each(Object.entries(series.indicators))('%s: same first bar, |Δ| ≤ 1e-8 · max(1, |x|)', (name, expected) => {
    const values = barsOf(series).map(OURS[name]!());
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
  const state = new BollingerPosition(20, 2);
  let compared = 0;
  for (const [i, close] of series.bars.close.entries()) {
    const position = state.push(close);
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
