import * as tf from '@tensorflow/tfjs-core';
import { columns, pieces, rows, type ScanInputs } from './selective-scan';

/** What the scan's last output depends on: all of `ScanInputs`, but C of the last step only, (batch x states). */
export type LastScanInputs = Omit<ScanInputs, 'outputWeights'> & { readonly lastOutputWeights: tf.Tensor2D };

/**
 * The last step of `selectiveScan`, (batch x channels), without the scan. Unrolled, the recurrence is one weighted sum:
 *
 *     y_T = sum over s of K_s (Delta_s x_s),    K_s = sum over n of C_T[n] B_s[n] exp(A[n] R_s)
 *
 * where R_s is the time from step s to the last, the sum of Delta after s. Exact, parallel over time, and R is never below
 * 0 nor A above, so that no exponential overflows. `chunk` steps at a time are one operation.
 */
export function lastScanStep(inputs: LastScanInputs, chunk: number): tf.Tensor2D {
  const { lengths, driven, rates, inputWeights, lastOutputWeights } = inputs;
  return lastWithGradient(chunk)(lengths, driven, rates, inputWeights, lastOutputWeights);
}

type Inputs = readonly [
  lengths: tf.Tensor3D,
  driven: tf.Tensor3D,
  rates: tf.Tensor2D,
  inputWeights: tf.Tensor3D,
  lastOutputWeights: tf.Tensor2D,
];

function lastWithGradient(chunk: number): (...inputs: Inputs) => tf.Tensor2D {
  return tf.customGrad<tf.Tensor2D>((...given) => {
    const inputs = given.slice(0, 5) as unknown as Inputs;
    const [lengths, driven, rates, inputWeights, lastOutputWeights] = inputs;
    // R: (steps x batch x channels).
    const remaining: tf.Tensor3D = tf.cumsum(lengths, 0, true, true);
    // C_T[n] B_s[n]: (steps x batch x states).
    const products: tf.Tensor3D = tf.mul(inputWeights, lastOutputWeights);
    // exp(A R): (chunk x batch x states x channels) each.
    const decays = pieces(lengths.shape[0], chunk).map(({ from, size }) =>
      tf.exp(tf.mul(rows(remaining, from, size), rates)),
    );
    const kernel = joined(
      decays.map((decay, i) => tf.matMul(rows(products, i * chunk, decay.shape[0]), decay)),
      driven.shape,
    );
    (given[5] as tf.GradSaveFunc)([...inputs, remaining, products, kernel, ...decays]);
    return {
      value: tf.sum(tf.mul(kernel, driven), 0),
      gradFunc: (slope, saved) => {
        const [keptRemaining, keptProducts, keptKernel] = saved.slice(5) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
        const kept = { remaining: keptRemaining, products: keptProducts, kernel: keptKernel, decays: saved.slice(8) };
        return lastBackward(saved.slice(0, 5) as unknown as Inputs, kept, slope, chunk);
      },
    };
  });
}

interface LastScanSteps {
  readonly remaining: tf.Tensor3D;
  readonly products: tf.Tensor3D;
  readonly kernel: tf.Tensor3D;
  readonly decays: readonly tf.Tensor[];
}

function lastBackward(
  [lengths, driven, rates, inputWeights, lastOutputWeights]: Inputs,
  { remaining, products, kernel, decays }: LastScanSteps,
  slope: tf.Tensor2D,
  chunk: number,
): tf.Tensor[] {
  const ofKernel: tf.Tensor3D = tf.mul(driven, slope);
  const remainingSlopes: tf.Tensor3D = tf.mul(remaining, ofKernel);
  const parts = decays.map((decay, i) => {
    const [from, size] = [i * chunk, decay.shape[0]];
    // dR = dK sum over n of C B A exp(A R); dA = sum over steps and batch of C B exp(A R) R dK.
    const perRemaining = tf.matMul(rows(products, from, size), tf.mul(decay, rates));
    const perRate = tf.mul(tf.mul(decay, rows(remainingSlopes, from, size)), columns(products, from, size));
    return {
      products: tf.matMul(decay, columns(ofKernel, from, size)),
      remaining: perRemaining,
      rates: tf.sum(perRate, [0, 1]),
    };
  });
  const ofProducts = joined(
    parts.map((part) => part.products),
    inputWeights.shape,
  );
  const ofRemaining = joined(
    parts.map((part) => part.remaining),
    lengths.shape,
  );
  return [
    // Delta_r is in R_s of every s before r.
    tf.cumsum(tf.mul(ofRemaining, ofKernel), 0, true),
    tf.mul(kernel, slope),
    tf.addN(parts.map((part) => part.rates)),
    tf.mul(ofProducts, lastOutputWeights),
    tf.sum(tf.mul(ofProducts, inputWeights), 0),
  ];
}

/** Pieces of steps behind one another, as (steps x batch x width). */
function joined(parts: readonly tf.Tensor[], shape: [number, number, number]): tf.Tensor3D {
  return tf.reshape(tf.concat([...parts]), shape);
}
