import { tcn } from '../../../../domain/models/nets/tcn';
import { expectUniform } from './support/initial-values';
import { describeNet } from './support/net-suite';

const SIZES = { channels: 6, kernelSize: 3, blocks: 3, dropout: 0.2 } as const;

describeNet(tcn, {
  // The receptive field, 29 steps, is longer than the window.
  tiny: { sizes: SIZES, window: { lookback: 12, features: 4 } },
  smooth: { ...SIZES, activation: 'gelu' },
  fixtures: ['tcn-short.json', 'tcn-long.json'],
  // Rectified units do not average out.
  dropoutBias: 0.5,
  initialised: (values) => {
    // He: a channel's kernel of variance 2 / fan-in has a length of about sqrt(2), which the gain sets from the start.
    expectUniform(values['block1.first.direction'], Math.sqrt(6 / (3 * 6)));
    expect(values['block1.first.gain']).toEqual(new Float32Array(6).fill(Math.SQRT2));
  },
});

describe('with a window longer than the receptive field, and channels as many as features', () => {
  const sizes = { channels: 5, kernelSize: 2, blocks: 3, dropout: 0.2 } as const;
  describeNet(tcn, {
    tiny: { sizes, window: { lookback: 17, features: 5 } },
    smooth: { ...sizes, activation: 'gelu' },
  });
});
