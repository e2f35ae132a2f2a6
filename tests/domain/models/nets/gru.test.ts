import { gru } from '../../../../domain/models/nets/gru';
import { describeNet } from './support/net-suite';

describeNet(gru, {
  tiny: { sizes: { units: 8, layers: 2, dropout: 0.2 }, window: { lookback: 6, features: 4 } },
  fixtures: ['gru.json'],
});
describeNet(gru, {
  tiny: { sizes: { units: 8, layers: 1, dropout: 0.2 }, window: { lookback: 6, features: 4 } },
});
