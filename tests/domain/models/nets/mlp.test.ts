import { mlp } from '../../../../domain/models/nets/mlp';
import { describeNet } from './support/net-suite';

describeNet(mlp, {
  tiny: { sizes: { hidden: [12, 8], dropout: 0.2 }, window: { lookback: 5, features: 4 } },
  fixtures: ['mlp.json'],
});
