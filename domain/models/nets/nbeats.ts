import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition, NetPlan, WindowShape } from './contract';
import type { Activation } from './layers/activation';
import { dropoutSites } from './layers/dropout';
import { forecastBlock, forecastBlockParameters, piecesOf, sumOf, type ForecastBlock } from './layers/forecast-block';
import { checked } from './layers/sizes';

export interface NbeatsSizes {
  readonly stacks: number;
  readonly blocksPerStack: number;
  /** Width of each hidden layer. */
  readonly hidden: number;
  /** Hidden layers of one block; 4 in the paper. */
  readonly hiddenLayers: number;
  /** Length of the summed forecast: the trunk's output. */
  readonly forecastWidth: number;
  readonly dropout: number;
  /** ReLU unless told, as in the paper. */
  readonly activation?: Activation;
}

/**
 * N-BEATS, generic architecture. From the paper: blocks of fully connected ReLU layers with a linear backcast and a linear
 * forecast; doubly residual stacking, where each block sees what the backcasts before it left unexplained, and the forecasts
 * of all blocks are summed. In the generic architecture a stack is only a group of blocks, so stacks x blocks make one chain.
 *
 * Ours: the paper forecasts one series from its own past; here the window has many features, so the residual that runs
 * through the chain is the whole window, flattened, and the forecast is not future values but a vector of `forecastWidth` on
 * which the heads stand. No level of the series is added to it. The last block has no backcast, since nothing would read it.
 * Dropout after each hidden layer is ours too.
 */
export const nbeats: NetDefinition<NbeatsSizes> = {
  name: 'nbeats',
  version: 1,
  paper:
    'Oreshkin, Carpov, Chapados and Bengio (2020), N-BEATS: neural basis expansion analysis for interpretable time series forecasting',
  plan: checked('nbeats', planNbeats),
};

function planNbeats(sizes: NbeatsSizes, { lookback, features }: WindowShape): NetPlan {
  const { stacks, blocksPerStack, hidden, hiddenLayers, forecastWidth } = sizes;
  const flatWidth = lookback * features;
  const count = stacks * blocksPerStack;
  const { sites, total } = dropoutSites(sizes.dropout, Array<number>(count * hiddenLayers).fill(hidden));
  const blocks = piecesOf(sites, hiddenLayers).map((sitesOfBlock, i): ForecastBlock => ({
    name: `stack${Math.floor(i / blocksPerStack)}.block${i % blocksPerStack}`,
    inputs: flatWidth,
    hidden,
    hiddenLayers,
    backcast: i === count - 1 ? 0 : flatWidth,
    forecast: forecastWidth,
    activation: sizes.activation ?? 'relu',
    dropout: sizes.dropout,
    sites: sitesOfBlock,
  }));
  return {
    parameters: blocks.flatMap(forecastBlockParameters),
    dropoutUnits: total,
    outputWidth: forecastWidth,
    trunk: (parameters, windows, noise) => {
      // (batch x lookback x features) -> (batch x lookback * features): what is still to be explained.
      let residual: tf.Tensor2D = tf.reshape(windows, [windows.shape[0], flatWidth]);
      const forecasts = blocks.map((block) => {
        const { backcast, forecast } = forecastBlock(block, parameters, residual, noise);
        if (backcast !== null) residual = tf.sub(residual, backcast);
        return forecast;
      });
      return sumOf(forecasts);
    },
  };
}
