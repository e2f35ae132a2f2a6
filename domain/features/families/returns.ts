import { LogReturn, StandardScore } from '../columns';
import type { FeatureDeclaration } from '../declaration';
import { FractionalDifference } from '../indicators/fractional-difference';
import { Lag } from '../indicators/lag';
import type { ReturnShape } from '../indicators/return-shape';
import { RollingSum } from '../indicators/rolling-sum';
import { Scratch } from '../indicators/scratch';
import { at, logReturn } from '../numeric';
import { baseFeature, closeFeature } from './declare';

/** Log returns of the close over several spans, and the shape of their distribution. */
export const RETURN_FEATURES: readonly FeatureDeclaration[] = [
  ...[1, 5, 10, 20, 60].map(logReturnOver),
  baseFeature(
    'return',
    'window',
    ['close'],
    {
      name: 'returnZScore60',
      firstBar: 60,
      definition: '(one-bar log return − its mean) / its standard deviation over 60 bars; NaN where they are all equal',
      source: 'ours',
    },
    ({ logReturn: returnOf, returnShape60 }) => {
      const score = new StandardScore(60);
      return (bars) => score.fill(returnOf(bars), returnShape60(bars).moments);
    },
  ),
  ofShape(
    'returnSkewness60',
    'skewness',
    'skewness of the last 60 one-bar log returns (divisor n); NaN where they are all equal',
    'Pearson 1895',
  ),
  ofShape(
    'returnKurtosis60',
    'kurtosis',
    'kurtosis of the last 60 one-bar log returns (divisor n; 3 for a normal one); NaN where they are all equal',
    'Pearson 1905',
  ),
  ofShape(
    'returnAutocorrelation60',
    'autocorrelation',
    'correlation of one-bar log returns with the ones before them over 60 bars; NaN where they are all equal',
    'Box, Jenkins 1970',
  ),
  baseFeature(
    'return',
    'window',
    ['close'],
    {
      name: 'risingShare20',
      firstBar: 20,
      definition: 'share of the last 20 bars that closed above the bar before them',
      source: 'ours',
    },
    ({ logReturn: returnOf }) => {
      const [scratch, sum] = [new Scratch(), new RollingSum(20)];
      return (bars) => {
        const returns = returnOf(bars);
        const rises = scratch.of(returns.length);
        for (let i = 0; i < rises.length; i += 1) {
          const value = at(returns, i);
          rises[i] = value > 0 ? 1 : 0 * value;
        }
        const shares = sum.fill(rises);
        for (let i = 0; i < shares.length; i += 1) shares[i] = at(shares, i) / 20;
        return shares;
      };
    },
  ),
  {
    name: 'fracDiffClose',
    family: 'return',
    inputs: ['close'],
    warmUp: { kind: 'fracDiff' },
    memory: 'window',
    timeframe: 'base',
    definition:
      'ln(close / reference price) differentiated to the fitted order d over a fixed window; only where `features.fracDiff` is on',
    source: 'Hosking 1981; López de Prado 2018, ch. 5',
    create: ({ fracDiff }) => {
      const scratch = new Scratch();
      if (fracDiff === null) return { fill: ({ close }) => scratch.of(close.length).fill(NaN) };
      const difference = new FractionalDifference(fracDiff.order, fracDiff.width);
      return {
        fill: ({ close }) => {
          const levels = scratch.of(close.length);
          for (let i = 0; i < levels.length; i += 1) levels[i] = logReturn(fracDiff.referencePrice, at(close, i));
          return difference.fill(levels);
        },
      };
    },
  },
];

function logReturnOver(bars: number): FeatureDeclaration {
  const definition = `ln(close / close ${bars} ${bars === 1 ? 'bar' : 'bars'} ago)`;
  return closeFeature(
    'return',
    'window',
    { name: `logReturn${bars}`, firstBar: bars, definition, source: 'Campbell, Lo, MacKinlay 1997, ch. 1' },
    () => {
      const [earlier, returns] = [new Lag(bars), new LogReturn()];
      return { fill: (close) => returns.fill(earlier.fill(close), close) };
    },
  );
}

function ofShape(
  name: string,
  part: Exclude<keyof ReturnShape, 'moments'>,
  definition: string,
  source: string,
): FeatureDeclaration {
  return baseFeature(
    'return',
    'window',
    ['close'],
    { name, firstBar: 60, definition, source },
    ({ returnShape60 }) =>
      (bars) =>
        returnShape60(bars)[part],
  );
}
