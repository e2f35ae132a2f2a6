import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition, NetPlan, WindowShape } from './contract';
import type { Activation } from './layers/activation';
import { dropoutSites } from './layers/dropout';
import { forecastBlock, forecastBlockParameters, piecesOf, sumOf, type ForecastBlock } from './layers/forecast-block';
import { interpolate } from './layers/interpolation';
import { poolPieces, type Pooling } from './layers/pooling';
import { checked, requireWithinWindow } from './layers/sizes';

export interface NhitsSizes {
  /** One entry a stack: steps of one pooling window, the coarsest first. */
  readonly poolings: readonly number[];
  readonly blocksPerStack: number;
  readonly hidden: number;
  /** Hidden layers of one block. */
  readonly hiddenLayers: number;
  /** Length of the summed forecast: the trunk's output. */
  readonly forecastWidth: number;
  readonly dropout: number;
  /** ReLU unless told, as in the paper. */
  readonly activation?: Activation;
  /** Maxima unless told, as in the paper. */
  readonly pooling?: Pooling;
}

/**
 * N-HiTS. From the paper: the doubly residual chain of N-BEATS, where each stack looks at its input through max pooling of
 * its own rate along time (multi-rate sampling), and names backcast and forecast by fewer coefficients than they have points,
 * which are interpolated linearly (hierarchical interpolation): coarse stacks speak of slow changes, fine ones of quick ones.
 *
 * Ours: the window has many features, each pooled and backcast as a channel of its own, by one perceptron on all of them. The
 * ratio of coefficients to points is one over the stack's pooling, for backcast and forecast alike (the paper sets the two
 * rates apart and advises to keep them in step). The forecast is not future values but a vector of `forecastWidth`, taken
 * for a horizon of so many points when interpolated, on which the heads stand. The last block has no backcast, since nothing
 * would read it. Dropout stands after each hidden layer, as in neuralforecast.
 */
export const nhits: NetDefinition<NhitsSizes> = {
  name: 'nhits',
  version: 1,
  paper:
    'Challu, Olivares, Oreshkin, Garza, Mergenthaler-Canseco and Dubrawski (2023), N-HiTS: neural hierarchical interpolation for time series forecasting',
  plan: checked('nhits', planNhits),
};

interface PooledBlock extends ForecastBlock {
  readonly pooling: number;
}

function planNhits(sizes: NhitsSizes, window: WindowShape): NetPlan {
  requireWithinWindow('nhits.poolings', sizes.poolings, window);
  const { lookback, features } = window;
  const { hiddenLayers, forecastWidth } = sizes;
  const count = sizes.poolings.length * sizes.blocksPerStack;
  const { sites, total } = dropoutSites(sizes.dropout, Array<number>(count * hiddenLayers).fill(sizes.hidden));
  const sitesOfBlocks = piecesOf(sites, hiddenLayers);
  const blocks = sizes.poolings.flatMap((pooling, stack) =>
    Array.from({ length: sizes.blocksPerStack }, (_, block): PooledBlock => {
      const index = stack * sizes.blocksPerStack + block;
      const knots = features * Math.ceil(lookback / pooling);
      return {
        name: `stack${stack}.block${block}`,
        pooling,
        inputs: knots,
        hidden: sizes.hidden,
        hiddenLayers,
        backcast: index === count - 1 ? 0 : knots,
        forecast: Math.ceil(forecastWidth / pooling),
        activation: sizes.activation ?? 'relu',
        dropout: sizes.dropout,
        sites: sitesOfBlocks[index] ?? [],
      };
    }),
  );
  return {
    parameters: blocks.flatMap(forecastBlockParameters),
    dropoutUnits: total,
    outputWidth: forecastWidth,
    trunk: (parameters, windows, noise) => {
      const batch = windows.shape[0];
      // Time last, (batch x features x lookback), so that pooling and interpolation work on neighbours in memory.
      let residual: tf.Tensor3D = tf.transpose(windows, [0, 2, 1]);
      const forecasts = blocks.map((block) => {
        const pooled = poolPieces(residual, block.pooling, sizes.pooling ?? 'max');
        const input: tf.Tensor2D = tf.reshape(pooled, [batch, block.inputs]);
        const { backcast, forecast } = forecastBlock(block, parameters, input, noise);
        if (backcast !== null) residual = tf.sub(residual, backcastOf(backcast, batch, window));
        return interpolate(forecast, forecastWidth);
      });
      return sumOf(forecasts);
    },
  };
}

/** (batch x features * knots) -> (batch x features x lookback). */
function backcastOf(coefficients: tf.Tensor2D, batch: number, { lookback, features }: WindowShape): tf.Tensor3D {
  const knots: tf.Tensor2D = tf.reshape(coefficients, [batch * features, coefficients.shape[1] / features]);
  return tf.reshape(interpolate(knots, lookback), [batch, features, lookback]);
}
