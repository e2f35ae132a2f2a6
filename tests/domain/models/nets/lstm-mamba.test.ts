import { lstmMamba } from '../../../../domain/models/nets/lstm-mamba';
import { longerSteps } from './support/mamba-cases';
import { describeNet } from './support/net-suite';

const sizes = { lstmUnits: 5, width: 6, stateSize: 3, expand: 2, convKernel: 3, layers: 2, chunk: 3, dropout: 0.2 };

describeNet(lstmMamba, {
  tiny: { sizes, window: { lookback: 7, features: 4 } },
  fixtures: ['lstm-mamba.json'],
  moved: longerSteps,
  // Units dropped before a norm move its mean.
  dropoutBias: 0.4,
});
