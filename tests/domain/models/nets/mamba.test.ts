import { mamba } from '../../../../domain/models/nets/mamba';
import { describeNet } from './support/net-suite';

const sizes = { width: 6, stateSize: 3, expand: 2, convKernel: 3, layers: 2, chunk: 3, dropout: 0.2 };

describeNet(mamba, {
  tiny: { sizes, window: { lookback: 7, features: 4 } },
  moved: longerSteps,
});

/** Initial steps are so short (0.001 to 0.1) that states hardly move the output; here they are about 1. */
function longerSteps(name: string, values: Float32Array): Float32Array {
  if (name.endsWith('.step.bias')) return values.map((value) => value + 4);
  return name.endsWith('.selection.kernel') ? values.map((value) => 10 * value) : values;
}
