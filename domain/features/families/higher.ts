import type { FeatureDeclaration } from '../declaration';
import { HigherCloses } from '../indicators/higher-closes';
import { RelativeStrength } from '../indicators/relative-strength';
import { at } from '../numeric';

/** The same market on a slower clock, seen only through bars of it that have closed. */
export const HIGHER_FEATURES: readonly FeatureDeclaration[] = [
  {
    name: 'higherRsi14',
    family: 'higher',
    inputs: ['time', 'close'],
    warmUp: { kind: 'atMost', higherBars: 15 },
    timeframe: 'higher',
    definition: 'RSI(14) over the closes of higher bars that have closed by this bar’s close, 0 to 100',
    source: 'TA-Lib RSI; Wilder 1978',
    create: ({ timeframeMs, higherTimeframeMultiple }) => {
      const higher = new HigherCloses(timeframeMs * higherTimeframeMultiple);
      const rsi = new RelativeStrength(14);
      let value = NaN;
      return {
        push: (bars, row) => {
          const completed = higher.push(at(bars.time, row), at(bars.close, row));
          for (let i = 0; i < completed; i += 1) value = rsi.push(at(higher.completed, i));
          return value;
        },
      };
    },
  },
];
