import { LogReturn, PerAtr, PlaceBetween, Difference } from '../columns';
import type { FeatureContext, FeatureDeclaration, FeatureMemory, FeatureTimeframe } from '../declaration';
import { multipleOf } from '../declaration';
import { SpreadOverBase, type CompletedBars } from '../indicators/higher-bars';
import { Lag } from '../indicators/lag';
import { RegressionLine } from '../indicators/regression';
import { RelativeStrength } from '../indicators/relative-strength';
import { RollingExtreme } from '../indicators/rolling-extreme';
import { RollingMean } from '../indicators/rolling-mean';

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
    create: () => {
      const [rsi, spread] = [new RelativeStrength(period), new SpreadOverBase()];
      return (higher) => spread.fill(rsi.fill(higher.close), higher);
    },
  });
}

function higherReturn(timeframe: Slower, span: number): FeatureDeclaration {
  return higherFeature(timeframe, 'window', ['time', 'close'], span + 1, {
    name: `${timeframe}LogReturn${span}`,
    definition: `log return over the last ${span} ${slowBars(timeframe)} that have closed`,
    source: 'Campbell, Lo, MacKinlay 1997, ch. 1',
    create: () => {
      const [earlier, returns, spread] = [new Lag(span), new LogReturn(), new SpreadOverBase()];
      return (higher) => spread.fill(returns.fill(earlier.fill(higher.close), higher.close), higher);
    },
  });
}

function higherPosition(timeframe: Slower, span: number): FeatureDeclaration {
  return higherFeature(timeframe, 'window', ['time', 'high', 'low', 'close'], span + 1, {
    name: `${timeframe}RangePosition${span}`,
    definition: `(close − lowest low) / (highest high − lowest low) of the last ${span} ${slowBars(timeframe)} that have closed; NaN where they had no range`,
    source: 'Donchian 1960',
    create: () => {
      const [highs, lows] = [new RollingExtreme(span, 'highest'), new RollingExtreme(span, 'lowest')];
      const [highest, lowest, place] = [new SpreadOverBase(), new SpreadOverBase(), new PlaceBetween()];
      return (higher, close) =>
        place.fill(close, lowest.fill(lows.fill(higher.low), higher), highest.fill(highs.fill(higher.high), higher));
    },
  });
}

function higherSlope(timeframe: Slower, span: number): FeatureDeclaration {
  return higherFeature(timeframe, 'window', ['time', 'high', 'low', 'close'], span + 1, {
    name: `${timeframe}Slope${span}`,
    definition: `LINEARREG_SLOPE(${span}) of the closes of ${slowBars(timeframe)} that have closed / their mean range; NaN where nothing moves`,
    source: 'TA-Lib LINEARREG_SLOPE',
    create: () => {
      const [line, range, usual] = [new RegressionLine(span), new Difference(), new RollingMean(span)];
      const [perRange, spread] = [new PerAtr(), new SpreadOverBase()];
      return (higher) => {
        const ranges = usual.fill(range.fill(higher.high, higher.low));
        return spread.fill(perRange.fill(line.slopes(higher.close), ranges, higher.close), higher);
      };
    },
  });
}

function higherFeature(
  timeframe: Slower,
  memory: FeatureMemory,
  inputs: FeatureDeclaration['inputs'],
  higherBars: number,
  given: Pick<FeatureDeclaration, 'name' | 'definition' | 'source'> & {
    create(): (higher: CompletedBars, close: Float64Array) => Float64Array;
  },
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
    create: (context: FeatureContext, shared) => {
      const completed = shared.higherBars(context.timeframeMs * multipleOf(timeframe, context));
      const fill = given.create();
      return { fill: (bars) => fill(completed(bars), bars.close) };
    },
  };
}

function slowBars(timeframe: Slower): string {
  return timeframe === 'higher' ? 'higher bars' : 'bars of the second higher timeframe';
}
