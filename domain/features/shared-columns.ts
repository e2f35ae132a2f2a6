import type { BarColumns } from '../core/bars';
import { LogReturn, Product } from './columns';
import { TrueRange } from './indicators/average-true-range';
import { ConvergenceDivergence, type Convergence } from './indicators/convergence-divergence';
import { DirectionalMovement, type Direction } from './indicators/directional-movement';
import { HigherBars, type CompletedBars } from './indicators/higher-bars';
import { Lag } from './indicators/lag';
import { WilderAverage } from './indicators/moving-average';
import { RelativeStrength } from './indicators/relative-strength';
import { ReturnShapes, type ReturnShape } from './indicators/return-shape';
import { RollingExtreme } from './indicators/rolling-extreme';
import { RollingMean } from './indicators/rolling-mean';
import { RollingMoments, type Moments } from './indicators/rolling-moments';
import { RollingSum } from './indicators/rolling-sum';
import { Scratch } from './indicators/scratch';
import { Stochastic, type StochasticLines } from './indicators/stochastic';
import { Accumulation } from './indicators/volume-flow';

/** What is computed once for a chunk of bars and asked for by several features; nobody writes into it. */
type Shared<T> = (bars: BarColumns) => T;

/**
 * Columns that several features are made of, each computed at the first feature that asks for it, once a chunk. All features
 * that use one must ask for it with every chunk, since it follows the series by itself.
 */
export interface SharedColumns {
  readonly trueRange: Shared<Float64Array>;
  readonly atr14: Shared<Float64Array>;
  readonly rsi14: Shared<Float64Array>;
  readonly macd: Shared<Convergence>;
  readonly stochastic: Shared<StochasticLines>;
  readonly direction14: Shared<Direction>;
  readonly typicalPrice: Shared<Float64Array>;
  readonly highest14: Shared<Float64Array>;
  readonly lowest14: Shared<Float64Array>;
  /** One-bar log returns and their squares; missing at the first bar. */
  readonly logReturn: Shared<Float64Array>;
  readonly squaredReturn: Shared<Float64Array>;
  readonly squaredReturns20: Shared<Float64Array>;
  readonly squaredReturns100: Shared<Float64Array>;
  readonly returnShape60: Shared<ReturnShape>;
  readonly closeMoments20: Shared<Moments>;
  readonly meanVolume20: Shared<Float64Array>;
  readonly accumulation: Shared<Float64Array>;
  /** Bars of a higher timeframe, by its length in milliseconds. */
  readonly higherBars: (higherMs: number) => Shared<CompletedBars>;
}

/** The shared columns of one series. */
export function createSharedColumns(): SharedColumns {
  const trueRange = oncePerChunk(() => {
    const ranges = new TrueRange();
    return ({ high, low, close }) => ranges.fill(high, low, close);
  });
  const logReturn = oncePerChunk(() => {
    const [earlier, returns] = [new Lag(1), new LogReturn()];
    return ({ close }) => returns.fill(earlier.fill(close), close);
  });
  const squaredReturn = oncePerChunk(() => {
    const squares = new Product();
    return (bars) => squares.fill(logReturn(bars), logReturn(bars));
  });
  const higher = new Map<number, Shared<CompletedBars>>();
  return {
    trueRange,
    atr14: oncePerChunk(() => {
      const average = new WilderAverage(14, 1);
      return (bars) => average.fill(trueRange(bars));
    }),
    rsi14: ofClose(() => new RelativeStrength(14)),
    macd: ofClose(() => new ConvergenceDivergence(12, 26, 9)),
    stochastic: ofRange(() => new Stochastic(14, 3, 3)),
    direction14: ofRange(() => new DirectionalMovement(14)),
    typicalPrice: oncePerChunk(createTypicalPrice),
    highest14: oncePerChunk(() => {
      const highs = new RollingExtreme(14, 'highest');
      return ({ high }) => highs.fill(high);
    }),
    lowest14: oncePerChunk(() => {
      const lows = new RollingExtreme(14, 'lowest');
      return ({ low }) => lows.fill(low);
    }),
    logReturn,
    squaredReturn,
    squaredReturns20: sumOf(squaredReturn, 20),
    squaredReturns100: sumOf(squaredReturn, 100),
    returnShape60: oncePerChunk(() => {
      const shapes = new ReturnShapes(60);
      return (bars) => shapes.fill(logReturn(bars));
    }),
    closeMoments20: ofClose(() => new RollingMoments(20)),
    meanVolume20: oncePerChunk(() => {
      const mean = new RollingMean(20);
      return ({ volume }) => mean.fill(volume);
    }),
    accumulation: oncePerChunk(() => {
      const flows = new Accumulation();
      return ({ high, low, close, volume }) => flows.fill(high, low, close, volume);
    }),
    higherBars: (higherMs) => {
      const known = higher.get(higherMs) ?? oncePerChunk(() => createHigherBars(higherMs));
      higher.set(higherMs, known);
      return known;
    },
  };
}

/** Computes with the first call for a chunk and answers the others from what it found. */
function oncePerChunk<T>(create: () => Shared<T>): Shared<T> {
  const compute = create();
  let latest: { readonly bars: BarColumns; readonly value: T } | null = null;
  return (bars) => {
    if (latest?.bars !== bars) latest = { bars, value: compute(bars) };
    return latest.value;
  };
}

function ofClose<T>(create: () => { fill(close: Float64Array): T }): Shared<T> {
  return oncePerChunk(() => {
    const indicator = create();
    return ({ close }) => indicator.fill(close);
  });
}

function ofRange<T>(create: () => { fill(high: Float64Array, low: Float64Array, close: Float64Array): T }): Shared<T> {
  return oncePerChunk(() => {
    const indicator = create();
    return ({ high, low, close }) => indicator.fill(high, low, close);
  });
}

function sumOf(column: Shared<Float64Array>, size: number): Shared<Float64Array> {
  return oncePerChunk(() => {
    const sum = new RollingSum(size);
    return (bars) => sum.fill(column(bars));
  });
}

function createTypicalPrice(): Shared<Float64Array> {
  const scratch = new Scratch();
  return ({ high, low, close }) => {
    const typical = scratch.of(close.length);
    for (let i = 0; i < typical.length; i += 1) {
      typical[i] = ((high[i] ?? NaN) + (low[i] ?? NaN) + (close[i] ?? NaN)) / 3;
    }
    return typical;
  };
}

function createHigherBars(higherMs: number): Shared<CompletedBars> {
  const bars = new HigherBars(higherMs);
  return ({ time, high, low, close }) => bars.fill(time, high, low, close);
}
