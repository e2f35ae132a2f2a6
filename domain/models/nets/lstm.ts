import type { NetDefinition } from './contract';
import { lstmLayer } from './layers/lstm-layer';
import { planStackedRecurrent, type RecurrentSizes } from './layers/recurrent';
import { checked } from './layers/sizes';

/** Long short-term memory over the window's steps, layers one above the other; the last hidden state is the output. */
export const lstm: NetDefinition<RecurrentSizes> = {
  name: 'lstm',
  version: 1,
  paper: 'Hochreiter and Schmidhuber (1997), Long Short-Term Memory',
  plan: checked('lstm', (sizes, window) => planStackedRecurrent(lstmLayer, sizes, window)),
};
