import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, Parameters } from '../contract';
import { at } from './at';
import { parameter } from './dense';
import { constant, glorotUniform } from './initial';
import { orthogonalGates, sideBySide, type RecurrentLayer, type Sequence } from './recurrent';

const GATES = 4;
/** What a step leaves for the way back. */
const KEPT = 7;

/**
 * A layer of long short-term memory (Hochreiter and Schmidhuber 1997; forget gate of Gers, Schmidhuber and Cummins 2000):
 *   i, f, o = sigmoid(x W + h U + b), g = tanh(x W + h U + b), c' = f c + i g, h' = o tanh(c'), with h and c from 0.
 *
 * Its gradient is written by hand: every step is one product of matrices and a dozen operations on contiguous blocks each
 * way, about twice as fast as what gradients taken operation by operation give.
 */
export const lstmLayer: RecurrentLayer = {
  parameters: lstmParameters,
  sequence: (parameters, name, inputs) => unrolledOver(inputs, weightsOf(parameters, name), 'sequence') as Sequence,
  lastState: (parameters, name, inputs) => unrolledOver(inputs, weightsOf(parameters, name), 'last') as tf.Tensor2D,
};

/** Columns of the gates in the order i, f, o, g. Forget bias 1 (Jozefowicz, Zaremba and Sutskever 2015). */
function lstmParameters(name: string, inputs: number, units: number): readonly ParameterSpec[] {
  const width = GATES * units;
  const one = { columns: units, initial: constant([units], 1) };
  const zeros = (gates: number) => ({ columns: gates * units, initial: constant([gates * units], 0) });
  return [
    {
      name: `${name}.kernel`,
      shape: [inputs, width],
      initial: glorotUniform([inputs, width], inputs, units),
      decay: true,
    },
    { name: `${name}.recurrentKernel`, shape: [units, width], initial: orthogonalGates(units, GATES), decay: true },
    { name: `${name}.bias`, shape: [width], initial: sideBySide(1, [zeros(1), one, zeros(2)]), decay: false },
  ];
}

/** Kernel, recurrent kernel and bias one above the other: (inputs + units + 1 x 4 units), to be multiplied with [x; h; 1]. */
function weightsOf(parameters: Parameters, name: string): tf.Tensor2D {
  const bias = parameter(parameters, `${name}.bias`);
  return tf.concat([
    parameter(parameters, `${name}.kernel`) as tf.Tensor2D,
    parameter(parameters, `${name}.recurrentKernel`) as tf.Tensor2D,
    tf.reshape(bias, [1, bias.size]),
  ]);
}

/** inputs (steps x features x batch), weights (features + units + 1 x 4 units). */
function unrolledOver(inputs: Sequence, weights: tf.Tensor2D, output: 'sequence' | 'last'): tf.Tensor {
  const [steps, features, batch] = inputs.shape;
  const units = weights.shape[1] / GATES;
  const unrolled = tf.customGrad((...given) => {
    const [x, w, save] = given as [tf.Tensor3D, tf.Tensor2D, tf.GradSaveFunc];
    const passes = forward(x, w);
    const hidden = passes.map(({ h }) => h);
    save([w, ...passes.flatMap(({ joined, gates, g, ig, fc, tanhC, h }) => [joined, gates, g, ig, fc, tanhC, h])]);
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
    const zero: tf.Tensor2D = tf.zeros([units, batch]);
    const passes: Pass[] = [];
    let [h, c] = [zero, zero];
    for (const input of tf.unstack(x) as tf.Tensor2D[]) {
      const joined = tf.concat([input, h, one]); // (features + units + 1 x batch)
      const [sums, sumsG] = tf.split(tf.matMul(transposed, joined), [3 * units, units]) as [tf.Tensor2D, tf.Tensor2D];
      const gates = tf.sigmoid(sums);
      const g = tf.tanh(sumsG);
      const [i, f, o] = tf.split(gates, 3) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const ig: tf.Tensor2D = tf.mul(i, g);
      const fc: tf.Tensor2D = tf.mul(f, c);
      c = tf.add(ig, fc);
      const tanhC = tf.tanh(c);
      h = tf.mul(o, tanhC);
      passes.push({ joined, gates, g, ig, fc, tanhC, h });
    }
    return passes;
  }

  /** Slopes of the hidden states, of all steps or of the last one alone -> slopes of [inputs, weights]. */
  function backward(slopes: readonly tf.Tensor[], saved: readonly tf.Tensor2D[]): tf.Tensor[] {
    const w = at(saved, 0);
    const fromInput = tf.slice(w, [0, 0], [features, GATES * units]);
    const fromHidden = tf.slice(w, [features, 0], [units, GATES * units]);
    const ofInputs: tf.Tensor[] = [];
    let ofWeights: tf.Tensor | null = null;
    let dh = at(slopes, slopes.length - 1);
    let dc: tf.Tensor | null = null;
    for (let t = steps - 1; t >= 0; t -= 1) {
      const kept = saved.slice(1 + t * KEPT, 1 + (t + 1) * KEPT);
      const [joined, gates, g, ig, fc, tanhC, h] = kept as [Kept, Kept, Kept, Kept, Kept, Kept, Kept];
      const [i, f, o] = tf.split(gates, 3) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      // s (1 - s) and 1 - tanh^2, multiplied out with what forward has already multiplied: few operations.
      const throughH = tf.mul(dh, tf.sub(o, tf.mul(h, tanhC)));
      const dC: tf.Tensor = dc === null ? throughH : tf.add(dc, throughH);
      const dSums = tf.concat([
        tf.mul(dC, tf.sub(ig, tf.mul(ig, i))),
        tf.mul(dC, tf.sub(fc, tf.mul(fc, f))),
        tf.mul(dh, tf.sub(h, tf.mul(h, o))),
        tf.mul(dC, tf.sub(i, tf.mul(ig, g))),
      ]) as tf.Tensor2D; // (4 units x batch)
      // Step by step while both are in the cache; the larger matrix is the one to transpose.
      const ofStep = tf.matMul(joined, dSums, false, true);
      ofWeights = ofWeights === null ? ofStep : tf.add(ofWeights, ofStep);
      ofInputs.unshift(tf.matMul(fromInput, dSums));
      if (t > 0) {
        const back = tf.matMul(fromHidden, dSums);
        const direct = slopes.length === 1 ? undefined : at(slopes, t - 1);
        dh = direct === undefined ? back : tf.add(back, direct);
        dc = tf.mul(dC, f);
      }
    }
    if (ofWeights === null) throw new RangeError('A recurrent layer needs at least one step.');
    return [tf.stack(ofInputs), ofWeights];
  }
}

type Kept = tf.Tensor2D;

/** One step: joined is [x; h; 1], gates are i, f, o one above the other, all (rows x batch). */
interface Pass {
  readonly joined: Kept;
  readonly gates: Kept;
  readonly g: Kept;
  readonly ig: Kept;
  readonly fc: Kept;
  readonly tanhC: Kept;
  readonly h: Kept;
}
