import * as tf from '@tensorflow/tfjs-core';
import type { DropoutNoise, NetDefinition, NetPlan, ParameterSpec, Parameters, WindowShape } from './contract';
import { activate, type Activation } from './layers/activation';
import { parameter } from './layers/dense';
import { convolveSteps, lastSteps } from './layers/dilated-convolution';
import { dropoutSites, type DropoutSite } from './layers/dropout';
import { constant, glorotUniform, heUniform } from './layers/initial';
import { checked } from './layers/sizes';
import { dropSteps, timeMajor } from './layers/time-major';

export interface TcnSizes {
  readonly channels: number;
  /** Taps of every convolution. */
  readonly kernelSize: number;
  /** Residual blocks of two convolutions; block i has dilation 2^i. */
  readonly blocks: number;
  readonly dropout: number;
  /** ReLU unless told, as in the paper. */
  readonly activation?: Activation;
}

/**
 * Residual blocks of two dilated causal convolutions, with weight normalisation (Salimans and Kingma 2016) and dropout of
 * whole channels, as in the paper. Of each block only the steps that the last step's output depends on are computed: block i
 * is asked for every 2^(i + 1)-th step, so that a window costs about a third of the whole convolutions, with equal results.
 */
export const tcn: NetDefinition<TcnSizes> = {
  name: 'tcn',
  version: 1,
  paper: 'Bai, Kolter and Koltun (2018), An Empirical Evaluation of Generic Convolutional and Recurrent Networks',
  plan: checked('tcn', planTcn),
};

function planTcn(sizes: TcnSizes, window: WindowShape): NetPlan {
  const blocks = planBlocks(sizes, window);
  const [first] = blocks;
  if (first === undefined) throw new RangeError('A TCN needs at least one block; `blocks` is 0.');
  const sitesPerBlock = 2;
  const { sites, total } = dropoutSites(
    sizes.dropout,
    Array.from({ length: sitesPerBlock * blocks.length }, () => sizes.channels),
  );
  return {
    parameters: blocks.flatMap((block) => blockParameters(block, sizes)),
    dropoutUnits: total,
    outputWidth: sizes.channels,
    trunk: (parameters, windows, noise) => {
      const sequence = lastSteps(timeMajor(windows), first.inputs);
      const output = blocks.reduce(
        (x, block, i) =>
          runBlock(parameters, block, sizes, x, noise, sites.slice(sitesPerBlock * i, sitesPerBlock * (i + 1))),
        sequence,
      );
      return tf.reshape(output, [windows.shape[0], sizes.channels]);
    },
  };
}

/** A block, and how many steps of it are needed; steps are one dilation of the block apart, the last one always there. */
interface Block {
  readonly name: string;
  readonly width: number;
  readonly inputs: number;
  /** Outputs of the first convolution. */
  readonly middles: number;
  /** Outputs of the block, `every` dilations apart: that is the next block's dilation. */
  readonly outputs: number;
  readonly every: number;
}

/** From the last block, of which one step is needed, to the first. */
function planBlocks({ blocks, kernelSize, channels }: TcnSizes, { lookback, features }: WindowShape): readonly Block[] {
  const planned: Block[] = [];
  let outputs = 1;
  for (let i = blocks - 1; i >= 0; i -= 1) {
    const every = i === blocks - 1 ? 1 : 2;
    // Steps before the window's first are zeros, which the convolutions put in themselves.
    const there = Math.floor((lookback - 1) / 2 ** i) + 1;
    const middles = Math.min(there, every * (outputs - 1) + kernelSize);
    const inputs = Math.min(there, middles - 1 + kernelSize);
    planned.unshift({ name: `block${i}`, width: i === 0 ? features : channels, inputs, middles, outputs, every });
    outputs = inputs;
  }
  return planned;
}

/**
 * Of each convolution `direction` (taps x inputs x channels), `gain` and `bias` (channels): the kernel of a channel is gain *
 * direction / |direction|. A residual of another width passes through `residual.kernel` (inputs x channels) and its bias.
 */
function blockParameters({ name, width }: Block, { channels, kernelSize }: TcnSizes): readonly ParameterSpec[] {
  const residual: readonly ParameterSpec[] = [
    {
      name: `${name}.residual.kernel`,
      shape: [width, channels],
      initial: glorotUniform([width, channels], width, channels),
      decay: true,
    },
    { name: `${name}.residual.bias`, shape: [channels], initial: constant([channels], 0), decay: false },
  ];
  return [
    ...convolutionParameters(`${name}.first`, kernelSize, width, channels),
    ...convolutionParameters(`${name}.second`, kernelSize, channels, channels),
    ...(width === channels ? [] : residual),
  ];
}

/**
 * The gain starts at the length that He's kernel is expected to have. It is what weight decay pulls at: the direction's
 * length does not matter.
 */
function convolutionParameters(name: string, taps: number, inputs: number, channels: number): readonly ParameterSpec[] {
  const shape = [taps, inputs, channels];
  return [
    { name: `${name}.direction`, shape, initial: heUniform(shape, taps * inputs), decay: false },
    { name: `${name}.gain`, shape: [channels], initial: constant([channels], Math.SQRT2), decay: true },
    { name: `${name}.bias`, shape: [channels], initial: constant([channels], 0), decay: false },
  ];
}

/** x (inputs x batch x width) -> (outputs x batch x channels). */
function runBlock(
  parameters: Parameters,
  { name, width, middles, outputs, every }: Block,
  { channels, dropout: rate, activation = 'relu' }: TcnSizes,
  x: tf.Tensor3D,
  noise: DropoutNoise,
  sites: readonly DropoutSite[],
): tf.Tensor3D {
  const convolve = (part: string, input: tf.Tensor3D, step: number, count: number, site: number): tf.Tensor3D => {
    const kernel = normalisedKernel(parameters, `${name}.${part}`);
    const sums: tf.Tensor3D = tf.add(
      convolveSteps(input, kernel, step, count),
      parameter(parameters, `${name}.${part}.bias`),
    );
    return dropSteps(activate(sums, activation), noise, sites[site], rate);
  };
  const middle = convolve('first', x, 1, middles, 0);
  const changed = convolve('second', middle, every, outputs, 1);
  const passed =
    width === channels
      ? everyLast(x, every, outputs)
      : tf.add(
          convolveSteps(
            x,
            tf.reshape(parameter(parameters, `${name}.residual.kernel`), [1, width, channels]),
            every,
            outputs,
          ),
          parameter(parameters, `${name}.residual.bias`),
        );
  const sum: tf.Tensor3D = tf.add(changed, passed);
  return activate(sum, activation);
}

function normalisedKernel(parameters: Parameters, name: string): tf.Tensor3D {
  const direction = parameter(parameters, `${name}.direction`) as tf.Tensor3D;
  const perLength = tf.rsqrt(tf.sum(tf.square(direction), [0, 1]));
  return tf.mul(direction, tf.mul(parameter(parameters, `${name}.gain`), perLength));
}

/** The last `count` steps that stand `every` apart, the last one among them. */
function everyLast(x: tf.Tensor3D, every: number, count: number): tf.Tensor3D {
  if (every === 1) return lastSteps(x, count);
  const [, batch, width] = x.shape;
  const pairs = tf.reshape(lastSteps(x, every * count), [count, every, batch, width]);
  return tf.reshape(tf.slice(pairs, [0, every - 1, 0, 0], [count, 1, batch, width]), [count, batch, width]);
}
