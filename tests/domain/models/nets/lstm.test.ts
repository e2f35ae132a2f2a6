import { lstm } from '../../../../domain/models/nets/lstm';
import { describeNet } from './support/net-suite';

describeNet(lstm, {
  tiny: { sizes: { units: 8, layers: 2, dropout: 0.2 }, window: { lookback: 6, features: 4 } },
  fixtures: ['lstm.json'],
});
describeNet(lstm, {
  tiny: { sizes: { units: 8, layers: 1, dropout: 0.2 }, window: { lookback: 6, features: 4 } },
});
