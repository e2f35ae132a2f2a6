import { transformer } from '../../../../domain/models/nets/transformer';
import { describeNet } from './support/net-suite';

const sizes = { width: 8, heads: 2, layers: 2, feedForward: 12, dropout: 0.2 };

describeNet(transformer, {
  tiny: { sizes, window: { lookback: 6, features: 4 } },
  // The final norm stands behind the last masks: over 8 units its mean over masks is not its value without.
  dropoutBias: 0.5,
  fixtures: ['transformer.json'],
});

describe('net transformer', () => {
  it('refuses a width that its heads cannot share', () => {
    const plan = (): unknown => transformer.plan({ ...sizes, heads: 3 }, { lookback: 6, features: 4 });
    expect(plan).toThrow('transformer: width 8 is no multiple of heads 3; choose one that is.');
  });
});
