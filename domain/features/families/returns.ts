import type { FeatureDeclaration } from '../declaration';
import { FractionalDifference } from '../indicators/fractional-difference';
import { Lag } from '../indicators/lag';
import { ReturnsWindow } from '../indicators/returns-window';
import { at, logReturn } from '../numeric';
import { closeFeature } from './declare';

/** Log returns of the close over several spans, and the shape of their distribution. */
export const RETURN_FEATURES: readonly FeatureDeclaration[] = [
  ...[1, 5, 10, 20, 60].map(logReturnOver),
  returnsStatistic(60, (returns) => returns.zScore(), {
    name: 'returnZScore60',
    definition: '(one-bar log return − its mean) / its standard deviation over 60 bars; NaN where they are all equal',
    source: 'ours',
  }),
  returnsStatistic(60, (returns) => returns.standardisedMoment(3), {
    name: 'returnSkewness60',
    definition: 'skewness of the last 60 one-bar log returns (divisor n); NaN where they are all equal',
    source: 'Pearson 1895',
  }),
  returnsStatistic(60, (returns) => returns.standardisedMoment(4), {
    name: 'returnKurtosis60',
    definition:
      'kurtosis of the last 60 one-bar log returns (divisor n; 3 for a normal one); NaN where they are all equal',
    source: 'Pearson 1905',
  }),
  returnsStatistic(60, (returns) => returns.autocorrelation(), {
    name: 'returnAutocorrelation60',
    definition:
      'correlation of one-bar log returns with the ones before them over 60 bars; NaN where they are all equal',
    source: 'Box, Jenkins 1970',
  }),
  returnsStatistic(20, (returns) => returns.risingShare(), {
    name: 'risingShare20',
    definition: 'share of the last 20 bars that closed above the bar before them',
    source: 'ours',
  }),
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
      if (fracDiff === null) return { push: () => NaN };
      const difference = new FractionalDifference(fracDiff.order, fracDiff.width);
      return { push: (bars, row) => difference.push(logReturn(fracDiff.referencePrice, at(bars.close, row))) };
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
      const earlier = new Lag(bars);
      return { push: (close) => logReturn(earlier.push(close), close) };
    },
  );
}

function returnsStatistic(
  bars: number,
  statistic: (returns: ReturnsWindow) => number,
  named: { readonly name: string; readonly definition: string; readonly source: string },
): FeatureDeclaration {
  return closeFeature('return', 'window', { ...named, firstBar: bars }, () => {
    const returns = new ReturnsWindow(bars);
    return { push: (close) => (returns.push(close) ? statistic(returns) : NaN) };
  });
}
