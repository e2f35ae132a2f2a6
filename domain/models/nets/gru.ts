import type { NetDefinition } from './contract';
import { gruLayer } from './layers/gru-layer';
import { planStackedRecurrent, type RecurrentSizes } from './layers/recurrent';
import { checked } from './layers/sizes';

/** Gated recurrent units over the window's steps, layers one above the other; the last hidden state is the output. */
export const gru: NetDefinition<RecurrentSizes> = {
  name: 'gru',
  version: 1,
  paper: 'Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder',
  plan: checked('gru', (sizes, window) => planStackedRecurrent(gruLayer, sizes, window)),
};
