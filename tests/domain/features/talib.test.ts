import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AverageTrueRange } from '../../../domain/features/indicators/average-true-range';
import { BollingerPosition } from '../../../domain/features/indicators/bollinger';
import { ConvergenceDivergence } from '../../../domain/features/indicators/convergence-divergence';
import { DirectionalMovement } from '../../../domain/features/indicators/directional-movement';
import { ExponentialAverage, SimpleAverage } from '../../../domain/features/indicators/moving-average';
import { RelativeStrength } from '../../../domain/features/indicators/relative-strength';
import { RollingWindow } from '../../../domain/features/indicators/rolling-window';
import { Stochastic } from '../../../domain/features/indicators/stochastic';

type Cells = readonly (number | null)[];
interface Series {
  readonly bars: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', readonly number[]>>;
  readonly indicators: Readonly<Record<string, Cells>>;
}
interface Bar {
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
};

function average(state: { push(value: number): number }): (bar: Bar) => number {
  return (bar) => state.push(bar.close);
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

function barsOf(series: Series): Bar[] {
  const { high, low, close, volume } = series.bars;
  return close.map((value, i) => ({ high: high[i]!, low: low[i]!, close: value, volume: volume[i]! }));
}

describe.each(Object.entries(fixture.series))('indicators against TA-Lib on the series %s', (_, series) => {
  it.each(Object.entries(series.indicators))('%s: same first bar, |Δ| ≤ 1e-8 · max(1, |x|)', (name, expected) => {
    const values = barsOf(series).map(OURS[name]!());
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(expected.findIndex((cell) => cell !== null));
    const worst = expected.map((cell, i) =>
      cell === null ? 0 : Math.abs(values[i]! - cell) / Math.max(1, Math.abs(cell)),
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
