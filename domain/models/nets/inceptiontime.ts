import * as tf from '@tensorflow/tfjs-core';
import type { NetDefinition, NetPlan, ParameterSpec, Parameters, WindowShape } from './contract';
import { activate, type Activation } from './layers/activation';
import { convolutionParameters, convolveSame } from './layers/convolution';
import { parameter } from './layers/dense';
import { dropout, dropoutSites } from './layers/dropout';
import { layerNorm, layerNormParameters } from './layers/layer-norm';
import { poolNeighbours, type Pooling } from './layers/pooling';
import { checked, requireWithinWindow } from './layers/sizes';

export interface InceptionTimeSizes {
  /** Channels of each branch of a module. */
  readonly filters: number;
  /** Taps of the parallel convolutions. */
  readonly kernelSizes: readonly number[];
  /** Channels after the bottleneck, on which the convolutions work. */
  readonly bottleneck: number;
  /** Inception modules. */
  readonly blocks: number;
  readonly dropout: number;
  /** ReLU unless told, as in the paper. */
  readonly activation?: Activation;
  /** Maxima unless told, as in the paper. */
  readonly pooling?: Pooling;
}

const BLOCKS_PER_SHORTCUT = 3;

/**
 * InceptionTime, one network of the paper's ensemble. From the paper: modules of a bottleneck, parallel convolutions of
 * several lengths and a max-pooling branch, their outputs side by side, without biases; a shortcut (linear, then normalised,
 * added, ReLU) around every three modules; the mean over all steps at the end. No bottleneck where there is one channel only.
 *
 * Ours: layer norm over the channels of a step in place of batch norm; a last group of fewer than three modules has a
 * shortcut too (the paper leaves it without); dropout on the mean over the steps.
 */
export const inceptiontime: NetDefinition<InceptionTimeSizes> = {
  name: 'inceptiontime',
  version: 1,
  paper:
    'Ismail Fawaz, Lucas, Forestier, Pelletier, Schmidt, Weber, Webb, Idoumghar, Muller and Petitjean (2020), InceptionTime: finding AlexNet for time series classification',
  plan: checked('inceptiontime', planInceptionTime),
};

function planInceptionTime(sizes: InceptionTimeSizes, window: WindowShape): NetPlan {
  requireWithinWindow('inceptiontime.kernelSizes', sizes.kernelSizes, window);
  const width = (sizes.kernelSizes.length + 1) * sizes.filters;
  const blocks = Array.from({ length: sizes.blocks }, (_, i) => i);
  const inputsOf = (block: number): number => (block === 0 ? window.features : width);
  const endsGroup = (block: number): boolean =>
    block % BLOCKS_PER_SHORTCUT === BLOCKS_PER_SHORTCUT - 1 || block === sizes.blocks - 1;
  const groupOf = (block: number): number => Math.floor(block / BLOCKS_PER_SHORTCUT);
  const { sites, total } = dropoutSites(sizes.dropout, [width]);
  return {
    parameters: blocks.flatMap((block) => [
      ...moduleParameters(sizes, `block${block}`, inputsOf(block), width),
      ...(endsGroup(block)
        ? [
            ...convolutionParameters(
              `shortcut${groupOf(block)}`,
              1,
              inputsOf(groupOf(block) * BLOCKS_PER_SHORTCUT),
              width,
            ),
            ...layerNormParameters(`shortcut${groupOf(block)}.norm`, width),
          ]
        : []),
    ]),
    dropoutUnits: total,
    outputWidth: width,
    trunk: (parameters, windows, noise) => {
      // (batch x lookback x features), from the first module on (batch x lookback x width).
      let x = windows;
      let groupInput = windows;
      for (const block of blocks) {
        x = inceptionModule(sizes, parameters, `block${block}`, x);
        if (endsGroup(block)) {
          x = activate(tf.add(shortcut(parameters, `shortcut${groupOf(block)}`, groupInput), x), activationOf(sizes));
          groupInput = x;
        }
      }
      return dropout(tf.mean<tf.Tensor2D>(x, 1), noise, sites[0], sizes.dropout);
    },
  };
}

function moduleParameters(
  { filters, kernelSizes, bottleneck }: InceptionTimeSizes,
  name: string,
  inputs: number,
  width: number,
): readonly ParameterSpec[] {
  const narrow = inputs > 1 ? bottleneck : inputs;
  return [
    ...(inputs > 1 ? convolutionParameters(`${name}.bottleneck`, 1, inputs, bottleneck) : []),
    ...kernelSizes.flatMap((taps, i) => convolutionParameters(`${name}.branch${i}`, taps, narrow, filters)),
    ...convolutionParameters(`${name}.pooled`, 1, inputs, filters),
    ...layerNormParameters(`${name}.norm`, width),
  ];
}

/** (batch x steps x inputs) -> (batch x steps x width): convolutions in the order of `kernelSizes`, then the pooled branch. */
function inceptionModule(sizes: InceptionTimeSizes, parameters: Parameters, name: string, x: tf.Tensor3D): tf.Tensor3D {
  const narrow = x.shape[2] > 1 ? perStep(parameters, `${name}.bottleneck`, x) : x;
  const branches = sizes.kernelSizes.map((_, i) =>
    convolveSame(narrow, parameter(parameters, `${name}.branch${i}.kernel`) as tf.Tensor3D),
  );
  const pooled = perStep(parameters, `${name}.pooled`, poolNeighbours(x, sizes.pooling ?? 'max'));
  const joined: tf.Tensor3D = tf.concat([...branches, pooled], 2);
  return activate(layerNorm(parameters, `${name}.norm`, joined), activationOf(sizes));
}

/** (batch x steps x inputs) -> (batch x steps x width). */
function shortcut(parameters: Parameters, name: string, x: tf.Tensor3D): tf.Tensor3D {
  return layerNorm(parameters, `${name}.norm`, perStep(parameters, name, x));
}

/** A convolution of one tap, as one product of matrices: (batch x steps x inputs) -> (batch x steps x outputs). */
function perStep(parameters: Parameters, name: string, x: tf.Tensor3D): tf.Tensor3D {
  const kernel = parameter(parameters, `${name}.kernel`) as tf.Tensor3D;
  const [, inputs, outputs] = kernel.shape;
  const [batch, steps] = x.shape;
  const product = tf.matMul(
    tf.reshape<tf.Rank.R2>(x, [batch * steps, inputs]),
    tf.reshape<tf.Rank.R2>(kernel, [inputs, outputs]),
  );
  return tf.reshape(product, [batch, steps, outputs]);
}

function activationOf({ activation }: InceptionTimeSizes): Activation {
  return activation ?? 'relu';
}
