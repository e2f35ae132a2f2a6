import type { FeatureDeclaration } from '../declaration';
import { ChannelIndex, StochasticStrength, UltimateOscillator, WilliamsRange } from '../indicators/oscillators';
import { Stochastic } from '../indicators/stochastic';
import { rangeFeature, closeFeature } from './declare';

/** Where the price stands in its recent range. */
export const OSCILLATOR_FEATURES: readonly FeatureDeclaration[] = [
  stochastic('stochasticK14', 'k', 'slow %K of STOCH(14, 3, 3), 0 to 100; a window without range counts as 0'),
  stochastic('stochasticD14', 'd', 'slow %D of STOCH(14, 3, 3), 0 to 100; a window without range counts as 0'),
  ofRange(
    'williamsRange14',
    13,
    'WILLR(14), −100 to 0; 0 where 14 bars had no range',
    'TA-Lib WILLR; Williams 1973',
    () => new WilliamsRange(14),
  ),
  ofRange(
    'channelIndex20',
    19,
    'CCI(20); 0 where the typical price did not move in 20 bars',
    'TA-Lib CCI; Lambert 1980',
    () => new ChannelIndex(20),
  ),
  closeFeature(
    'oscillator',
    'decaying',
    {
      name: 'stochasticRsi14',
      firstBar: 29,
      definition: 'fast %D of STOCHRSI(14, 14, 3), 0 to 100; a window in which RSI did not move counts as 0',
      source: 'TA-Lib STOCHRSI; Chande, Kroll 1994',
    },
    () => new StochasticStrength(14, 14, 3),
  ),
  ofRange(
    'ultimateOscillator28',
    28,
    'ULTOSC(7, 14, 28), 0 to 100; a span in which nothing moved counts as 0',
    'TA-Lib ULTOSC; Williams 1985',
    () => new UltimateOscillator(7, 14, 28),
  ),
];

function stochastic(name: string, part: 'k' | 'd', definition: string): FeatureDeclaration {
  return ofRange(name, 17, definition, 'TA-Lib STOCH; Lane 1984', () => {
    const oscillator = new Stochastic(14, 3, 3);
    return {
      push: (high, low, close) => {
        oscillator.push(high, low, close);
        return oscillator[part];
      },
    };
  });
}

function ofRange(
  name: string,
  firstBar: number,
  definition: string,
  source: string,
  build: () => { push(high: number, low: number, close: number): number },
): FeatureDeclaration {
  return rangeFeature('oscillator', 'window', { name, firstBar, definition, source }, build);
}
