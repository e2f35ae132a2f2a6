import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../../core/random';
import type { ParameterSpec, Parameters } from '../contract';
import { causalConvolutionParameters, convolveCausally } from './causal-convolution';
import { dense, parameter } from './dense';
import { constant, uniform } from './initial';
import { lastScanStep } from './last-scan-step';
import { foldedGain, rmsNormParameters, scaledToUnit } from './rms-norm';
import { selectiveScan, type ScanInputs } from './selective-scan';
import { silu } from './silu';
import { flattened, lastStep } from './time-major';

/** Sizes of a stack of Mamba blocks. */
export interface MambaBlockSizes {
  readonly width: number;
  /** States of one channel, N in the paper. */
  readonly stateSize: number;
  /** Channels inside a block for each of its width, E in the paper. */
  readonly expand: number;
  /** Taps of the convolution. */
  readonly convKernel: number;
  /** Blocks. */
  readonly layers: number;
  /** Steps of one chunk of the scan; changes speed, not results beyond rounding. */
  readonly chunk: number;
}

const SHORTEST_STEP = 0.001;
const LONGEST_STEP = 0.1;
const STEP_FLOOR = 1e-4;

/** Width of the projection from which the lengths of steps are made. */
function stepRank({ width }: MambaBlockSizes): number {
  return Math.ceil(width / 16);
}

/**
 * Parameters `<name>.*` of one block with the initial values of the reference implementation (state-spaces/mamba): linear
 * maps as PyTorch's nn.Linear, the one back to the residual path divided by sqrt(layers) (as in GPT-2); A = -(1..N), which
 * is S4D-real (Gu et al. 2022); D = 1; lengths of steps log-uniform between 0.001 and 0.1.
 */
export function mambaBlockParameters(name: string, sizes: MambaBlockSizes): readonly ParameterSpec[] {
  const { width, stateSize, expand, convKernel, layers } = sizes;
  const channels = expand * width;
  const rank = stepRank(sizes);
  const kernel = (role: string, inputs: number, outputs: number, limit = 1 / Math.sqrt(inputs)): ParameterSpec => ({
    name: `${name}.${role}`,
    shape: [inputs, outputs],
    initial: uniform([inputs, outputs], limit),
    decay: true,
  });
  return [
    ...rmsNormParameters(`${name}.norm`, width),
    kernel('input.kernel', width, channels),
    kernel('gate.kernel', width, channels),
    ...causalConvolutionParameters(`${name}.convolution`, convKernel, channels),
    kernel('selection.kernel', channels, rank + 2 * stateSize),
    kernel('step.kernel', rank, channels, 1 / Math.sqrt(rank)),
    { name: `${name}.step.bias`, shape: [channels], initial: initialStepBias(channels), decay: false },
    { name: `${name}.logRates`, shape: [stateSize, channels], initial: s4dReal(stateSize, channels), decay: false },
    { name: `${name}.skip`, shape: [channels], initial: constant([channels], 1), decay: false },
    kernel('output.kernel', channels, width, 1 / Math.sqrt(channels * layers)),
  ];
}

/** log(1..N) for every channel: (states x channels). */
function s4dReal(stateSize: number, channels: number): ParameterSpec['initial'] {
  return () => Float32Array.from({ length: stateSize * channels }, (_, i) => Math.log(1 + Math.floor(i / channels)));
}

/** What softplus turns into lengths that are log-uniform between the shortest and the longest. */
function initialStepBias(channels: number): ParameterSpec['initial'] {
  const [low, high] = [Math.log(SHORTEST_STEP), Math.log(LONGEST_STEP)];
  return (random: RandomStream) =>
    Float32Array.from({ length: channels }, () => {
      const length = Math.max(Math.exp(low + random.uniform() * (high - low)), STEP_FLOOR);
      return length + Math.log(-Math.expm1(-length));
    });
}

/** The block's path of all steps, without the residual: (steps x batch x width) -> the same. */
export function mambaBlock(parameters: Parameters, name: string, sizes: MambaBlockSizes, x: tf.Tensor3D): tf.Tensor3D {
  const normed = flattened(scaledToUnit(x));
  const signal = convolvedSignal(parameters, name, normed, x.shape);
  const selection: tf.Tensor2D = tf.matMul(flattened(signal), matrix(parameters, `${name}.selection.kernel`));
  const [steps, readers] = splitColumns(selection, stepRank(sizes) + sizes.stateSize);
  const scan = scanInputs(parameters, name, sizes, signal, steps);
  const outputWeights: tf.Tensor3D = tf.reshape(readers, scan.inputWeights.shape);
  const scanned = flattened(selectiveScan({ ...scan, outputWeights }, sizes.chunk));
  return tf.reshape(gatedOutput(parameters, name, normed, flattened(signal), scanned), x.shape);
}

/** The last step of `mambaBlock`, (batch x width): C, D, gate and output are computed for that step only. */
export function lastOfMambaBlock(
  parameters: Parameters,
  name: string,
  sizes: MambaBlockSizes,
  x: tf.Tensor3D,
): tf.Tensor2D {
  const scaled = scaledToUnit(x);
  const signal = convolvedSignal(parameters, name, flattened(scaled), x.shape);
  const kernel = matrix(parameters, `${name}.selection.kernel`);
  const [stepKernel, readerKernel] = splitColumns(kernel, stepRank(sizes) + sizes.stateSize);
  const scan = scanInputs(parameters, name, sizes, signal, tf.matMul(flattened(signal), stepKernel));
  const lastSignal = lastStep(signal);
  const lastOutputWeights: tf.Tensor2D = tf.matMul(lastSignal, readerKernel);
  const scanned = lastScanStep({ ...scan, lastOutputWeights }, sizes.chunk);
  return gatedOutput(parameters, name, lastStep(scaled), lastSignal, scanned);
}

/** What drives the states: (steps * batch x width) -> (steps x batch x channels). */
function convolvedSignal(
  parameters: Parameters,
  name: string,
  normed: tf.Tensor2D,
  [steps, batch]: tf.Tensor3D['shape'],
): tf.Tensor3D {
  const projected: tf.Tensor2D = tf.matMul(normed, normedKernel(parameters, name, 'input'));
  const signal: tf.Tensor3D = tf.reshape(projected, [steps, batch, projected.shape[1]]);
  return silu(convolveCausally(parameters, `${name}.convolution`, signal));
}

/** `selection` is (steps * batch x rank + states): what the lengths of steps are made of, and B. */
function scanInputs(
  parameters: Parameters,
  name: string,
  sizes: MambaBlockSizes,
  signal: tf.Tensor3D,
  selection: tf.Tensor2D,
): Omit<ScanInputs, 'outputWeights'> {
  const [low, inputWeights] = splitColumns(selection, stepRank(sizes));
  const lengths: tf.Tensor3D = tf.reshape(tf.softplus(dense(parameters, `${name}.step`, low)), signal.shape);
  return {
    lengths,
    driven: tf.mul(lengths, signal),
    rates: tf.neg(tf.exp(matrix(parameters, `${name}.logRates`))),
    inputWeights: tf.reshape(inputWeights, [signal.shape[0], signal.shape[1], sizes.stateSize]),
  };
}

/** (scanned + D * signal) * SiLU(gate), back to the width: all (rows x channels) but the result, (rows x width). */
function gatedOutput(
  parameters: Parameters,
  name: string,
  normed: tf.Tensor2D,
  signal: tf.Tensor2D,
  scanned: tf.Tensor2D,
): tf.Tensor2D {
  const gate = silu(tf.matMul(normed, normedKernel(parameters, name, 'gate')));
  const skipped = tf.add(scanned, tf.mul(signal, parameter(parameters, `${name}.skip`)));
  return tf.matMul(tf.mul(skipped, gate), matrix(parameters, `${name}.output.kernel`));
}

/** A linear map of the normed input; the norm's gain is folded into it. */
function normedKernel(parameters: Parameters, name: string, role: 'input' | 'gate'): tf.Tensor2D {
  return foldedGain(parameters, `${name}.norm`, matrix(parameters, `${name}.${role}.kernel`));
}

function matrix(parameters: Parameters, name: string): tf.Tensor2D {
  return parameter(parameters, name) as tf.Tensor2D;
}

/** The first `left` columns, and the others. */
function splitColumns(x: tf.Tensor2D, left: number): readonly [tf.Tensor2D, tf.Tensor2D] {
  return tf.split<tf.Tensor2D>(x, [left, x.shape[1] - left], 1) as [tf.Tensor2D, tf.Tensor2D];
}
