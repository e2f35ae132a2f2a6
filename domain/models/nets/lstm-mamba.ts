import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition, NetPlan, WindowShape } from './contract';
import { dense, denseParameters } from './layers/dense';
import { dropoutSites } from './layers/dropout';
import { lstmLayer } from './layers/lstm-layer';
import {
  lastOfMambaStack,
  mambaStackDropoutWidths,
  mambaStackParameters,
  type MambaStackSizes,
} from './layers/mamba-stack';
import { featureMajor } from './layers/recurrent';
import { checked } from './layers/sizes';
import { dropSteps, flattened } from './layers/time-major';

export interface LstmMambaSizes extends MambaStackSizes {
  readonly lstmUnits: number;
}

/**
 * An LSTM over the window, its hidden states projected to `width`, then residual Mamba blocks on them, a last norm, and the
 * last bar's output. There is no paper of just this net: the LSTM (gated, nonlinear in its state, short memory) and Mamba
 * (selective, linear in its state, long memory) are those of the papers named, stacked as different kinds of sequence layer
 * are in Jamba (Lieber et al. 2024).
 */
export const lstmMamba: NetDefinition<LstmMambaSizes> = {
  name: 'lstm-mamba',
  version: 1,
  paper:
    'Hochreiter and Schmidhuber (1997), Long Short-Term Memory; ' +
    'Gu and Dao (2023), Mamba: Linear-Time Sequence Modeling with Selective State Spaces',
  plan: checked('lstm-mamba', planLstmMamba),
};

function planLstmMamba(sizes: LstmMambaSizes, { lookback, features }: WindowShape): NetPlan {
  const { dropout, lstmUnits, width } = sizes;
  const { sites, total } = dropoutSites(dropout, [lstmUnits, ...mambaStackDropoutWidths(sizes)]);
  const [hiddenSite, ...blockSites] = sites;
  return {
    parameters: [
      ...lstmLayer.parameters('lstm', features, lstmUnits),
      ...denseParameters('projection', lstmUnits, width),
      ...mambaStackParameters(sizes),
    ],
    dropoutUnits: total,
    outputWidth: width,
    trunk: (parameters, windows, noise) => {
      // (lookback x lstmUnits x batch) -> (lookback x batch x lstmUnits) -> (lookback x batch x width).
      const hidden = lstmLayer.sequence(parameters, 'lstm', featureMajor(windows));
      const states = dropSteps(tf.transpose(hidden, [0, 2, 1]), noise, hiddenSite, dropout);
      const projected = dense(parameters, 'projection', flattened(states));
      const sequence: tf.Tensor3D = tf.reshape(projected, [lookback, windows.shape[0], width]);
      return lastOfMambaStack(parameters, sizes, sequence, noise, blockSites);
    },
  };
}
