import { nhits, type NhitsSizes } from '../../../../domain/models/nets/nhits';
import { describeNet } from './support/net-suite';

const sizes: NhitsSizes = {
  poolings: [4, 2, 1],
  blocksPerStack: 2,
  hidden: 12,
  hiddenLayers: 2,
  forecastWidth: 6,
  dropout: 0.2,
};

describeNet(nhits, {
  tiny: { sizes, window: { lookback: 7, features: 3 } },
  smooth: { ...sizes, activation: 'gelu', pooling: 'mean' },
  fixtures: ['nhits.json'],
});
