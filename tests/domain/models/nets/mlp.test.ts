import { mlp } from '../../../../domain/models/nets/mlp';
import { expectUniform } from './support/initial-values';
import { describeNet } from './support/net-suite';

describeNet(mlp, {
  tiny: { sizes: { hidden: [12, 8], dropout: 0.2 }, window: { lookback: 5, features: 4 } },
  fixtures: ['mlp.json'],
  initialised: (values) => {
    expectUniform(values['layer0.kernel'], Math.sqrt(6 / (20 + 12)));
    expect(values['norm1.gain']).toEqual(new Float32Array(8).fill(1));
  },
});
