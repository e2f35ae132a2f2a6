import type { FeatureDeclaration } from '../declaration';
import { ChannelIndex, StochasticStrength, UltimateOscillator, WilliamsRange } from '../indicators/oscillators';
import { baseFeature } from './declare';

/** Where the price stands in its recent range. */
export const OSCILLATOR_FEATURES: readonly FeatureDeclaration[] = [
  stochastic('stochasticK14', 'k', 'slow %K of STOCH(14, 3, 3), 0 to 100; a window without range counts as 0'),
  stochastic('stochasticD14', 'd', 'slow %D of STOCH(14, 3, 3), 0 to 100; a window without range counts as 0'),
  ofRange(
    'williamsRange14',
    13,
    'WILLR(14), −100 to 0; 0 where 14 bars had no range',
    'TA-Lib WILLR; Williams 1973',
    ({ highest14, lowest14 }) => {
      const range = new WilliamsRange();
      return (bars) => range.fill(highest14(bars), lowest14(bars), bars.close);
    },
  ),
  ofRange(
    'channelIndex20',
    19,
    'CCI(20); 0 where the typical price did not move in 20 bars',
    'TA-Lib CCI; Lambert 1980',
    ({ typicalPrice }) => {
      const index = new ChannelIndex(20);
      return (bars) => index.fill(typicalPrice(bars));
    },
  ),
  baseFeature(
    'oscillator',
    'decaying',
    ['close'],
    {
      name: 'stochasticRsi14',
      firstBar: 29,
      definition: 'fast %D of STOCHRSI(14, 14, 3), 0 to 100; a window in which RSI did not move counts as 0',
      source: 'TA-Lib STOCHRSI; Chande, Kroll 1994',
    },
    ({ rsi14 }) => {
      const place = new StochasticStrength(14, 3);
      return (bars) => place.fill(rsi14(bars));
    },
  ),
  ofRange(
    'ultimateOscillator28',
    28,
    'ULTOSC(7, 14, 28), 0 to 100; a span in which nothing moved counts as 0',
    'TA-Lib ULTOSC; Williams 1985',
    ({ trueRange }) => {
      const oscillator = new UltimateOscillator(7, 14, 28);
      return (bars) => oscillator.fill(bars.low, bars.close, trueRange(bars));
    },
  ),
];

function stochastic(name: string, part: 'k' | 'd', definition: string): FeatureDeclaration {
  return ofRange(
    name,
    17,
    definition,
    'TA-Lib STOCH; Lane 1984',
    ({ stochastic: lines }) =>
      (bars) =>
        lines(bars)[part],
  );
}

function ofRange(
  name: string,
  firstBar: number,
  definition: string,
  source: string,
  create: Parameters<typeof baseFeature>[4],
): FeatureDeclaration {
  return baseFeature('oscillator', 'window', ['high', 'low', 'close'], { name, firstBar, definition, source }, create);
}
