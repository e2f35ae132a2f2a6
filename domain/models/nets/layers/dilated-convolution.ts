import * as tf from '@tensorflow/tfjs-core';
import { at } from './at';

/**
 * Convolution over steps that stand one dilation apart, (steps x batch x inputs) -> (outputs x batch x width): output p,
 * counted from the end, is the sum over taps j of x[every p + j] kernel[j], x too counted from the end and zero before its
 * start. So `every` steps of the input pass between two outputs, tap 0 is the latest step, and nothing later is seen.
 *
 * kernel is (taps x inputs x width). Each tap is one product of matrices on a slice along the first axis, which is not
 * copied; TensorFlow's own dilated convolution has no gradient in tfjs, and gathers before it multiplies.
 */
export function convolveSteps(x: tf.Tensor3D, kernel: tf.Tensor3D, every: number, outputs: number): tf.Tensor3D {
  const [steps, batch, inputs] = x.shape;
  const [taps, , width] = kernel.shape;
  /** Steps of a phase, `every` steps of the input apart; tap j reads one phase, shifted. */
  const length = Math.ceil((every * (outputs - 1) + taps) / every);
  const padded = length * every;
  const places = Array.from({ length: taps }, (_, j) => ({
    phase: (((-1 - j) % every) + every) % every,
    from: length - outputs + 1 + Math.floor((-1 - j) / every),
  }));
  const rows = outputs * batch;

  const convolution = tf.customGrad((...given) => {
    const [input, weights, save] = given as [tf.Tensor3D, tf.Tensor3D, tf.GradSaveFunc];
    const phases = phasesOf(lastSteps(input, padded));
    save([weights, ...phases]);
    const products = tf.unstack(weights).map((tap, j) => tf.matMul(tapRows(phases, j), tap as tf.Tensor2D));
    const value: tf.Tensor3D = tf.reshape(tf.addN(products), [outputs, batch, width]);
    return {
      value,
      gradFunc: (slope: tf.Tensor, saved: tf.Tensor[]) => {
        const [keptWeights, ...keptPhases] = saved as [tf.Tensor3D, ...tf.Tensor3D[]];
        const slopes: tf.Tensor2D = tf.reshape(slope, [rows, width]);
        const ofTaps = places.map((_, j) => tf.matMul(tapRows(keptPhases, j), slopes, true, false));
        const ofPhases = keptPhases.map((_, phase) => slopesOfPhase(tf.unstack(keptWeights), slopes, phase));
        return [firstStepsOff(interleaved(ofPhases)), tf.stack(ofTaps)];
      },
    };
  });
  return convolution(x, kernel);

  /** The rows that tap j reads for all outputs: (outputs * batch x inputs). */
  function tapRows(phases: readonly tf.Tensor3D[], j: number): tf.Tensor2D {
    const { phase, from } = at(places, j);
    return tf.reshape(tf.slice(at(phases, phase), [from, 0, 0], [outputs, batch, inputs]), [rows, inputs]);
  }

  /** Every `every`-th step from step 0, 1, ... on, (length x batch x inputs) each. */
  function phasesOf(whole: tf.Tensor3D): readonly tf.Tensor3D[] {
    if (every === 1) return [whole];
    // A slice of whole blocks of memory, unlike a strided one, which TensorFlow does number by number.
    const grouped = tf.reshape(whole, [length, every, batch * inputs]);
    return Array.from({ length: every }, (_, phase) =>
      tf.reshape(tf.slice(grouped, [0, phase, 0], [length, 1, batch * inputs]), [length, batch, inputs]),
    );
  }

  /** Sum over the taps that read the phase of slope times kernel, each put where the tap had read. */
  function slopesOfPhase(weights: readonly tf.Tensor[], slopes: tf.Tensor2D, phase: number): tf.Tensor3D {
    const parts = places.flatMap((place, j) => {
      if (place.phase !== phase) return [];
      const part: tf.Tensor3D = tf.reshape(tf.matMul(slopes, at(weights, j) as tf.Tensor2D, false, true), [
        outputs,
        batch,
        inputs,
      ]);
      return [withZeros(part, place.from, length - place.from - outputs)];
    });
    return parts.length === 0 ? tf.zeros([length, batch, inputs]) : tf.addN(parts);
  }

  function interleaved(phases: readonly tf.Tensor3D[]): tf.Tensor3D {
    return every === 1 ? at(phases, 0) : tf.reshape(tf.stack([...phases], 1), [padded, batch, inputs]);
  }

  /** Undoes `lastSteps`. */
  function firstStepsOff(slopes: tf.Tensor3D): tf.Tensor3D {
    return steps <= padded ? lastSteps(slopes, steps) : withZeros(slopes, steps - padded, 0);
  }
}

/** The last `count` steps of (steps x batch x width), with zeros before the first where there are fewer. */
export function lastSteps(x: tf.Tensor3D, count: number): tf.Tensor3D {
  const [steps, batch, width] = x.shape;
  if (count > steps) return withZeros(x, count - steps, 0);
  return count === steps ? x : tf.slice(x, [steps - count, 0, 0], [count, batch, width]);
}

function withZeros(x: tf.Tensor3D, before: number, behind: number): tf.Tensor3D {
  return before === 0 && behind === 0 ? x : tf.pad3d(x, [[before, behind], [0, 0], [0, 0]]); // prettier-ignore
}
