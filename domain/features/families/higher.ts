import type {
  FeatureContext,
  FeatureDeclaration,
  FeatureKernel,
  FeatureMemory,
  FeatureTimeframe,
} from '../declaration';
import { multipleOf } from '../declaration';
import { eachCompleted, HigherBars } from '../indicators/higher-bars';
import { HigherCloses } from '../indicators/higher-closes';
import { Lag } from '../indicators/lag';
import { RegressionLine } from '../indicators/regression';
import { RelativeStrength } from '../indicators/relative-strength';
import { RollingWindow } from '../indicators/rolling-window';
import { at, logReturn, perAtr, ratio } from '../numeric';

type Slower = Exclude<FeatureTimeframe, 'base'>;

/**
 * The same market on two slower clocks, seen only through bars of them that have closed. Their spans are short: sixteen
 * bars of a slow clock are hundreds of base bars to wait for.
 */
export const HIGHER_FEATURES: readonly FeatureDeclaration[] = [
  higherRsi('higher', 14),
  higherReturn('higher', 5),
  higherPosition('higher', 5),
  higherSlope('higher', 5),
  higherRsi('higher2', 7),
  higherReturn('higher2', 5),
  higherPosition('higher2', 5),
  higherSlope('higher2', 5),
];

function higherRsi(timeframe: Slower, period: number): FeatureDeclaration {
  return higherFeature(timeframe, 'decaying', ['time', 'close'], period + 1, {
    name: `${timeframe}Rsi${period}`,
    definition: `RSI(${period}) over the closes of ${slowBars(timeframe)} that have closed by this bar’s close, 0 to 100`,
    source: 'TA-Lib RSI; Wilder 1978',
    create: (higherMs) =>
      overCloses(higherMs, () => {
        const rsi = new RelativeStrength(period);
        return (close) => rsi.push(close);
      }),
  });
}

function higherReturn(timeframe: Slower, span: number): FeatureDeclaration {
  return higherFeature(timeframe, 'window', ['time', 'close'], span + 1, {
    name: `${timeframe}LogReturn${span}`,
    definition: `log return over the last ${span} ${slowBars(timeframe)} that have closed`,
    source: 'Campbell, Lo, MacKinlay 1997, ch. 1',
    create: (higherMs) =>
      overCloses(higherMs, () => {
        const earlier = new Lag(span);
        return (close) => logReturn(earlier.push(close), close);
      }),
  });
}

function higherPosition(timeframe: Slower, span: number): FeatureDeclaration {
  return higherFeature(timeframe, 'window', ['time', 'high', 'low', 'close'], span + 1, {
    name: `${timeframe}RangePosition${span}`,
    definition: `(close − lowest low) / (highest high − lowest low) of the last ${span} ${slowBars(timeframe)} that have closed; NaN where they had no range`,
    source: 'Donchian 1960',
    create: (higherMs) => {
      const higher = new HigherBars(higherMs);
      const highs = new RollingWindow(span);
      const lows = new RollingWindow(span);
      let full = false;
      return {
        push: (bars, row) => {
          const close = at(bars.close, row);
          const count = higher.push(at(bars.time, row), at(bars.high, row), at(bars.low, row), close);
          eachCompleted(higher, count, (high, low) => {
            lows.push(low);
            full = highs.push(high);
          });
          if (!full) return NaN;
          const lowest = lows.lowest();
          return ratio(close - lowest, highs.highest() - lowest);
        },
      };
    },
  });
}

function higherSlope(timeframe: Slower, span: number): FeatureDeclaration {
  return higherFeature(timeframe, 'window', ['time', 'high', 'low', 'close'], span + 1, {
    name: `${timeframe}Slope${span}`,
    definition: `LINEARREG_SLOPE(${span}) of the closes of ${slowBars(timeframe)} that have closed / their mean range; NaN where nothing moves`,
    source: 'TA-Lib LINEARREG_SLOPE',
    create: (higherMs) => {
      const higher = new HigherBars(higherMs);
      const line = new RegressionLine(span);
      const ranges = new RollingWindow(span);
      let value = NaN;
      return {
        push: (bars, row) => {
          const count = higher.push(at(bars.time, row), at(bars.high, row), at(bars.low, row), at(bars.close, row));
          eachCompleted(higher, count, (high, low, close) => {
            ranges.push(high - low);
            if (line.push(close)) value = perAtr(line.slope(), ranges.mean(), close);
          });
          return value;
        },
      };
    },
  });
}

function overCloses(higherMs: number, build: () => (close: number) => number): FeatureKernel {
  const higher = new HigherCloses(higherMs);
  const next = build();
  let value = NaN;
  return {
    push: (bars, row) => {
      const completed = higher.push(at(bars.time, row), at(bars.close, row));
      for (let i = 0; i < completed; i += 1) value = next(at(higher.completed, i));
      return value;
    },
  };
}

function higherFeature(
  timeframe: Slower,
  memory: FeatureMemory,
  inputs: FeatureDeclaration['inputs'],
  higherBars: number,
  given: Pick<FeatureDeclaration, 'name' | 'definition' | 'source'> & { create(higherMs: number): FeatureKernel },
): FeatureDeclaration {
  const { name, definition, source } = given;
  return {
    name,
    family: 'higher',
    inputs,
    warmUp: { kind: 'atMost', higherBars },
    memory,
    timeframe,
    definition,
    source,
    create: (context: FeatureContext) => given.create(context.timeframeMs * multipleOf(timeframe, context)),
  };
}

function slowBars(timeframe: Slower): string {
  return timeframe === 'higher' ? 'higher bars' : 'bars of the second higher timeframe';
}
