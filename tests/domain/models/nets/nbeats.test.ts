import { nbeats, type NbeatsSizes } from '../../../../domain/models/nets/nbeats';
import { describeNet } from './support/net-suite';

const sizes: NbeatsSizes = {
  stacks: 2,
  blocksPerStack: 2,
  hidden: 12,
  hiddenLayers: 2,
  forecastWidth: 6,
  dropout: 0.2,
};

describeNet(nbeats, {
  tiny: { sizes, window: { lookback: 7, features: 3 } },
  smooth: { ...sizes, activation: 'gelu' },
  fixtures: ['nbeats.json', 'nbeats-univariate.json'],
});
