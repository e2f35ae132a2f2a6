import { lstm } from '../../../../domain/models/nets/lstm';
import { expectOrthogonalGates, expectUniform } from './support/initial-values';
import { describeNet } from './support/net-suite';

const WINDOW = { lookback: 6, features: 4 };

describeNet(lstm, {
  tiny: { sizes: { units: 8, layers: 2, dropout: 0.2 }, window: WINDOW },
  fixtures: ['lstm.json'],
  initialised: (values) => {
    expectOrthogonalGates(values['layer1.recurrentKernel'], 8);
    expectUniform(values['layer0.kernel'], Math.sqrt(6 / (4 + 8)));
    // Gates i, f, o, g: only the forget gate starts open.
    expect(values['layer0.bias']).toEqual(Float32Array.from({ length: 32 }, (_, i) => (i >= 8 && i < 16 ? 1 : 0)));
  },
});

describe('one layer', () => {
  describeNet(lstm, { tiny: { sizes: { units: 8, layers: 1, dropout: 0.2 }, window: WINDOW } });
});
