import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition, NetPlan, WindowShape } from './contract';
import { dense, denseParameters } from './layers/dense';
import { dropoutSites } from './layers/dropout';
import {
  lastOfMambaStack,
  mambaStackDropoutWidths,
  mambaStackParameters,
  type MambaStackSizes,
} from './layers/mamba-stack';
import { checked } from './layers/sizes';
import { flattened, timeMajor } from './layers/time-major';

export type MambaSizes = MambaStackSizes;

/**
 * Bars projected to `width`, then residual Mamba blocks with RMS norm before each, a last norm, and the last bar's output.
 * Blocks and initial values are those of the reference implementation (state-spaces/mamba, mamba_simple.py); in place of a
 * token embedding stands a linear map. Time is the first axis inside, so that a step of the scan is contiguous.
 */
export const mamba: NetDefinition<MambaSizes> = {
  name: 'mamba',
  version: 1,
  paper: 'Gu and Dao (2023), Mamba: Linear-Time Sequence Modeling with Selective State Spaces',
  plan: checked('mamba', planMamba),
};

function planMamba(sizes: MambaSizes, { lookback, features }: WindowShape): NetPlan {
  const { dropout, width } = sizes;
  const { sites, total } = dropoutSites(dropout, mambaStackDropoutWidths(sizes));
  return {
    parameters: [...denseParameters('embedding', features, width), ...mambaStackParameters(sizes)],
    dropoutUnits: total,
    outputWidth: width,
    trunk: (parameters, windows, noise) => {
      const batch = windows.shape[0];
      // (batch x lookback x features) -> (lookback x batch x features) -> (lookback x batch x width).
      const embedded = dense(parameters, 'embedding', flattened(timeMajor(windows)));
      return lastOfMambaStack(parameters, sizes, tf.reshape(embedded, [lookback, batch, width]), noise, sites);
    },
  };
}
