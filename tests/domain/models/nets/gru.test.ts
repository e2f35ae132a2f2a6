import { gru } from '../../../../domain/models/nets/gru';
import { expectOrthogonalGates, expectUniform } from './support/initial-values';
import { describeNet } from './support/net-suite';

const WINDOW = { lookback: 6, features: 4 };

describeNet(gru, {
  tiny: { sizes: { units: 8, layers: 2, dropout: 0.2 }, window: WINDOW },
  fixtures: ['gru.json'],
  initialised: (values) => {
    expectOrthogonalGates(values['layer1.recurrentKernel'], 8);
    expectUniform(values['layer0.kernel'], Math.sqrt(6 / (4 + 8)));
    expect(values['layer0.bias']?.every((value) => value === 0)).toBe(true);
  },
});

describe('one layer', () => {
  describeNet(gru, { tiny: { sizes: { units: 8, layers: 1, dropout: 0.2 }, window: WINDOW } });
});
