import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { at } from './at';
import { parameter } from './dense';
import { constant, glorotUniform } from './initial';
import { orthogonalGates, type RecurrentLayer, type Sequence } from './recurrent';

/** Blocks of rows of a step's sums: candidate from the input, reset, update, candidate from the hidden state. */
const BLOCKS = 4;
/** What a step leaves for the way back. */
const KEPT = 6;

/**
 * A layer of gated recurrent units (Cho et al. 2014), with the reset gate after the product, as in cuDNN and PyTorch:
 *   r, z = sigmoid(x W + h U + b), n = tanh(x W + b + r (h U + b')), h' = (1 - z) n + z h, with h from 0.
 *
 * Gradient by hand, like the LSTM's: one product of matrices a step, the candidate's two halves kept apart by blocks of zeros
 * in the joined weights.
 */
export const gruLayer: RecurrentLayer = {
  parameters: gruParameters,
  sequence: (parameters, name, inputs) => unrolledOver(inputs, weightsOf(parameters, name), 'sequence') as Sequence,
  lastState: (parameters, name, inputs) => unrolledOver(inputs, weightsOf(parameters, name), 'last') as tf.Tensor2D,
};

/** Columns of the gates in the order n, r, z; `recurrentBias` is b', the candidate's inside the reset gate. */
function gruParameters(name: string, inputs: number, units: number): readonly ParameterSpec[] {
  const width = 3 * units;
  return [
    {
      name: `${name}.kernel`,
      shape: [inputs, width],
      initial: glorotUniform([inputs, width], inputs, units),
      decay: true,
    },
    { name: `${name}.recurrentKernel`, shape: [units, width], initial: orthogonalGates(units, 3), decay: true },
    { name: `${name}.bias`, shape: [width], initial: constant([width], 0), decay: false },
    { name: `${name}.recurrentBias`, shape: [units], initial: constant([units], 0), decay: false },
  ];
}

/**
 * (inputs + units + 1 x 4 units), to be multiplied with [x; h; 1], in columns n from x, r, z, n from h:
 *   kernel n | kernel r z    | 0
 *   0        | recurrent r z | recurrent n
 *   bias n   | bias r z      | recurrent bias
 */
function weightsOf(parameters: Parameters, name: string): tf.Tensor2D {
  const kernel = parameter(parameters, `${name}.kernel`) as tf.Tensor2D;
  const recurrent = parameter(parameters, `${name}.recurrentKernel`) as tf.Tensor2D;
  const bias = parameter(parameters, `${name}.bias`);
  const recurrentBias = parameter(parameters, `${name}.recurrentBias`);
  const [inputs, units] = [kernel.shape[0], recurrent.shape[0]];
  const [ofN, ofGates] = tf.split(recurrent, [units, 2 * units], 1) as [tf.Tensor2D, tf.Tensor2D];
  return tf.concat([
    tf.concat([kernel, tf.zeros<tf.Rank.R2>([inputs, units])], 1),
    tf.concat([tf.zeros<tf.Rank.R2>([units, units]), ofGates, ofN], 1),
    tf.reshape<tf.Rank.R2>(tf.concat([bias, recurrentBias]), [1, BLOCKS * units]),
  ]);
}

/** inputs (steps x features x batch), weights (features + units + 1 x 4 units). */
function unrolledOver(inputs: Sequence, weights: tf.Tensor2D, output: 'sequence' | 'last'): tf.Tensor {
  const [steps, features, batch] = inputs.shape;
  const units = weights.shape[1] / BLOCKS;
  const unrolled = tf.customGrad((...given) => {
    const [x, w, save] = given as [tf.Tensor3D, tf.Tensor2D, tf.GradSaveFunc];
    const passes = forward(x, w);
    const hidden = passes.map(({ h }) => h);
    save([w, ...passes.flatMap(({ joined, r, z, n, rInner, zBack }) => [joined, r, z, n, rInner, zBack])]);
    return {
      value: output === 'last' ? at(hidden, steps - 1) : tf.stack(hidden),
      gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) =>
        backward(output === 'last' ? [slope] : tf.unstack(slope), saved as tf.Tensor2D[]),
    };
  });
  return unrolled(inputs, weights);

  function forward(x: tf.Tensor3D, w: tf.Tensor2D): readonly Pass[] {
    const transposed: tf.Tensor2D = tf.transpose(w);
    const one: tf.Tensor2D = tf.ones([1, batch]);
    const passes: Pass[] = [];
    let h: tf.Tensor2D = tf.zeros([units, batch]);
    for (const input of tf.unstack(x) as tf.Tensor2D[]) {
      const joined = tf.concat([input, h, one]); // (features + units + 1 x batch)
      const sums = tf.split(tf.matMul(transposed, joined), [units, 2 * units, units]);
      const [outer, gateSums, inner] = sums as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const [r, z] = tf.split(tf.sigmoid(gateSums), 2) as [tf.Tensor2D, tf.Tensor2D];
      const rInner: tf.Tensor2D = tf.mul(r, inner);
      const sum: tf.Tensor2D = tf.add(outer, rInner);
      const n = tf.tanh(sum);
      const zBack: tf.Tensor2D = tf.mul(z, tf.sub(h, n));
      h = tf.add(n, zBack);
      passes.push({ joined, r, z, n, rInner, zBack, h });
    }
    return passes;
  }

  /** Slopes of the hidden states, of all steps or of the last one alone -> slopes of [inputs, weights]. */
  function backward(slopes: readonly tf.Tensor[], saved: readonly tf.Tensor2D[]): tf.Tensor[] {
    const w = at(saved, 0);
    // Without the columns that are zero in these rows.
    const fromInput = tf.slice(w, [0, 0], [features, 3 * units]);
    const fromHidden = tf.slice(w, [features, units], [units, 3 * units]);
    const ofInputs: tf.Tensor[] = [];
    let ofWeights: tf.Tensor | null = null;
    let dh = at(slopes, slopes.length - 1);
    for (let t = steps - 1; t >= 0; t -= 1) {
      const kept = saved.slice(1 + t * KEPT, 1 + (t + 1) * KEPT);
      const [joined, r, z, n, rInner, zBack] = kept as [Kept, Kept, Kept, Kept, Kept, Kept];
      const through: tf.Tensor = tf.mul(dh, z);
      const dn = tf.sub(dh, through);
      const dOuter: tf.Tensor2D = tf.sub(dn, tf.mul(dn, tf.square(n)));
      const dReset: tf.Tensor2D = tf.mul(dOuter, tf.sub(rInner, tf.mul(rInner, r)));
      const dUpdate: tf.Tensor2D = tf.mul(dh, tf.sub(zBack, tf.mul(zBack, z)));
      const dInner: tf.Tensor2D = tf.mul(dOuter, r);
      const dSums = tf.concat([dOuter, dReset, dUpdate, dInner]); // (4 units x batch)
      const ofStep = tf.matMul(joined, dSums, false, true);
      ofWeights = ofWeights === null ? ofStep : tf.add(ofWeights, ofStep);
      ofInputs.unshift(tf.matMul(fromInput, tf.slice(dSums, [0, 0], [3 * units, batch])));
      if (t > 0) {
        const back: tf.Tensor2D = tf.add(
          tf.matMul(fromHidden, tf.slice(dSums, [units, 0], [3 * units, batch])),
          through,
        );
        dh = slopes.length === 1 ? back : tf.add(back, at(slopes, t - 1));
      }
    }
    if (ofWeights === null) throw new RangeError('A recurrent layer needs at least one step.');
    return [tf.stack(ofInputs), ofWeights];
  }
}

type Kept = tf.Tensor2D;

/** One step: joined is [x; h; 1]; rInner is r (h U + b'), zBack is z (h - n). */
interface Pass {
  readonly joined: Kept;
  readonly r: Kept;
  readonly z: Kept;
  readonly n: Kept;
  readonly rInner: Kept;
  readonly zBack: Kept;
  readonly h: Kept;
}
