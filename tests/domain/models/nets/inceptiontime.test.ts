import { inceptiontime, type InceptionTimeSizes } from '../../../../domain/models/nets/inceptiontime';
import { describeNet } from './support/net-suite';

const sizes: InceptionTimeSizes = { filters: 4, kernelSizes: [3, 4, 7], bottleneck: 5, blocks: 4, dropout: 0.2 };

describeNet(inceptiontime, {
  tiny: { sizes, window: { lookback: 9, features: 3 } },
  smooth: { ...sizes, activation: 'gelu', pooling: 'mean' },
  fixtures: ['inceptiontime.json', 'inceptiontime-short-group.json'],
});
