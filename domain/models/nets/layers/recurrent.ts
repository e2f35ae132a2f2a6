import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../../core/random';
import type { DropoutNoise, NetPlan, ParameterSpec, Parameters, WindowShape } from '../contract';
import { dropout, dropoutSites, type DropoutSite } from './dropout';
import { orthogonal } from './initial';

/**
 * What a recurrent layer reads and writes, feature-major: (steps x features x batch). A step is then one contiguous matrix,
 * its gates are contiguous blocks of rows, and both are cut out without copying.
 */
export type Sequence = tf.Tensor3D;

/** A kind of recurrent layer: its parameters, and its output, a whole sequence or the last hidden state (units x batch). */
export interface RecurrentLayer {
  readonly parameters: (name: string, inputs: number, units: number) => readonly ParameterSpec[];
  readonly sequence: (parameters: Parameters, name: string, inputs: Sequence) => Sequence;
  readonly lastState: (parameters: Parameters, name: string, inputs: Sequence) => tf.Tensor2D;
}

export interface RecurrentSizes {
  readonly units: number;
  readonly layers: number;
  readonly dropout: number;
}

/**
 * Layers one above the other; the trunk's output is the last hidden state of the last. Dropout stands on the output of every
 * layer, with one mask for all steps (Gal and Ghahramani 2016).
 */
export function planStackedRecurrent(layer: RecurrentLayer, sizes: RecurrentSizes, window: WindowShape): NetPlan {
  const names = Array.from({ length: sizes.layers }, (_, i) => `layer${i}`);
  const lower = names.slice(0, -1);
  const top = names.at(-1);
  if (top === undefined) throw new RangeError('A recurrent net needs at least one layer; `layers` is 0.');
  const { sites, total } = dropoutSites(
    sizes.dropout,
    names.map(() => sizes.units),
  );
  return {
    parameters: names.flatMap((name, i) =>
      layer.parameters(name, i === 0 ? window.features : sizes.units, sizes.units),
    ),
    dropoutUnits: total,
    outputWidth: sizes.units,
    trunk: (parameters, windows, noise) => {
      const sequence = lower.reduce(
        (x, name, i) => dropSequence(layer.sequence(parameters, name, x), noise, sites[i], sizes.dropout),
        featureMajor(windows),
      );
      // (units x batch) -> (batch x units)
      const state: tf.Tensor2D = tf.transpose(layer.lastState(parameters, top, sequence));
      return dropout(state, noise, sites[lower.length], sizes.dropout);
    },
  };
}

/** (batch x steps x features) -> (steps x features x batch). */
export function featureMajor(windows: tf.Tensor3D): Sequence {
  return tf.transpose(windows, [1, 2, 0]);
}

/** (steps x features x batch) -> (batch x steps x features). */
export function batchMajor(sequence: Sequence): tf.Tensor3D {
  return tf.transpose(sequence, [2, 0, 1]);
}

/** Dropout on a feature-major sequence, one mask for all steps. */
function dropSequence(x: Sequence, noise: DropoutNoise, site: DropoutSite | undefined, rate: number): Sequence {
  if (noise === null || rate === 0) return x;
  const ones: tf.Tensor2D = tf.ones([x.shape[2], x.shape[1]]);
  const mask = tf.transpose(dropout(ones, noise, site, rate));
  return tf.mul(x, tf.reshape(mask, [1, x.shape[1], x.shape[2]]));
}

/** Blocks of columns side by side, each drawn by itself: (rows x sum of the blocks' columns). */
export function sideBySide(
  rows: number,
  blocks: readonly { readonly columns: number; readonly initial: ParameterSpec['initial'] }[],
): ParameterSpec['initial'] {
  const width = blocks.reduce((sum, { columns }) => sum + columns, 0);
  return (random: RandomStream) => {
    const all = new Float32Array(rows * width);
    let from = 0;
    for (const { columns, initial } of blocks) {
      const block = initial(random);
      for (let row = 0; row < rows; row += 1) {
        all.set(block.subarray(row * columns, (row + 1) * columns), row * width + from);
      }
      from += columns;
    }
    return all;
  };
}

/** A recurrent kernel (units x gates * units): an orthogonal matrix for each gate, which keeps lengths over the steps. */
export function orthogonalGates(units: number, gates: number): ParameterSpec['initial'] {
  return sideBySide(
    units,
    Array.from({ length: gates }, () => ({ columns: units, initial: orthogonal(units, units) })),
  );
}
