import * as tf from '@tensorflow/tfjs-core';
import { at } from './at';

/** What a selective scan reads. Time stands first, so that a step is one contiguous piece. */
export interface ScanInputs {
  /** Delta, the lengths of the steps, at least 0: (steps x batch x channels). */
  readonly lengths: tf.Tensor3D;
  /** Delta * x, what drives the states: (steps x batch x channels). */
  readonly driven: tf.Tensor3D;
  /** A, the states' rates, below 0: (states x channels). */
  readonly rates: tf.Tensor2D;
  /** B: (steps x batch x states). */
  readonly inputWeights: tf.Tensor3D;
  /** C: (steps x batch x states). */
  readonly outputWeights: tf.Tensor3D;
}

/**
 * The selective scan of Mamba (Gu and Dao 2023, algorithm 2) on states h of (batch x states x channels), h_0 = 0:
 *
 *     h_t = exp(Delta_t A) h_{t-1} + B_t (Delta_t x_t),    y_t = C_t h_t
 *
 * as (steps x batch x channels). Decays, inputs and slopes of `chunk` steps at a time are one operation on
 * (chunk x batch x states x channels); the contractions over states or channels are products of matrices; only the
 * recurrence itself goes step by step. `chunk` decides how many numbers one operation takes up, not what comes out.
 *
 * On a processor this is faster than the form in which no step of a chunk waits for another (bench/scans/chunked-scan.ts,
 * 3.4 times as long): the decay differs for each channel and state, so that its matrices between the steps of a chunk take
 * chunk / 2 times the exponentials. Exponents are never above 0, so that nothing overflows however long the steps are. The
 * way back is written by hand: a tape's takes 2.4 times as long.
 */
export function selectiveScan(inputs: ScanInputs, chunk: number): tf.Tensor3D {
  const { lengths, driven, rates, inputWeights, outputWeights } = inputs;
  return scanWithGradient(chunk)(lengths, driven, rates, inputWeights, outputWeights);
}

type Inputs = readonly [
  lengths: tf.Tensor3D,
  driven: tf.Tensor3D,
  rates: tf.Tensor2D,
  inputWeights: tf.Tensor3D,
  outputWeights: tf.Tensor3D,
];

function scanWithGradient(chunk: number): (...inputs: Inputs) => tf.Tensor3D {
  return tf.customGrad<tf.Tensor3D>((...given) => {
    const inputs = given.slice(0, 5) as unknown as Inputs;
    const steps = inputs[0].shape[0];
    const { states, decays, carried, outputs } = scanForward(inputs, chunk);
    (given[5] as tf.GradSaveFunc)([...inputs, ...states, ...decays, ...carried]);
    return {
      value: outputs,
      gradFunc: (slopes, saved) => {
        const part = (i: number): Steps => saved.slice(5 + i * steps, 5 + (i + 1) * steps);
        const kept = { states: part(0), decays: part(1), carried: part(2) };
        return scanBackward(saved.slice(0, 5) as unknown as Inputs, kept, slopes, chunk);
      },
    };
  });
}

type Steps = readonly tf.Tensor[];

/** What the way back needs of the way forward: (batch x states x channels) for every step. */
interface ScanSteps {
  /** h_t. */
  readonly states: Steps;
  /** exp(Delta_t A). */
  readonly decays: Steps;
  /** exp(Delta_t A) h_{t-1}. */
  readonly carried: Steps;
}

function scanForward(
  [lengths, driven, rates, inputWeights, outputWeights]: Inputs,
  chunk: number,
): ScanSteps & { readonly outputs: tf.Tensor3D } {
  const steps = lengths.shape[0];
  const decays = inChunks(steps, chunk, (from, size) => tf.exp(tf.mul(rows(lengths, from, size), rates)));
  const driving = inChunks(steps, chunk, (from, size) =>
    tf.mul(columns(inputWeights, from, size), rows(driven, from, size)),
  );
  const readers = tf.unstack(rows(outputWeights, 0, steps));
  const states: tf.Tensor[] = [];
  const carried: tf.Tensor[] = [];
  let state = tf.zerosLike(at(driving, 0));
  for (const [t, decay] of decays.entries()) {
    const kept = tf.mul(decay, state);
    state = tf.add(kept, at(driving, t));
    carried.push(kept);
    states.push(state);
  }
  // (batch x 1 x states) (batch x states x channels) -> (batch x 1 x channels) at every step.
  const outputs = states.map((h, t) => tf.matMul(at(readers, t), h));
  return { states, decays, carried, outputs: tf.reshape(tf.stack(outputs), driven.shape) };
}

/**
 * With g_t = C_t dy_t + exp(Delta_{t+1} A) g_{t+1}, the slope of h_t, and q_t = g_t exp(Delta_t A) h_{t-1}, that of Delta_t A.
 */
function scanBackward(
  [lengths, driven, rates, inputWeights, outputWeights]: Inputs,
  { states, decays, carried }: ScanSteps,
  slopes: tf.Tensor3D,
  chunk: number,
): tf.Tensor[] {
  const steps = states.length;
  const direct = inChunks(steps, chunk, (from, size) =>
    tf.mul(columns(outputWeights, from, size), rows(slopes, from, size)),
  );
  const stateSlopes = recurrence(direct, decays);
  const slopeColumns = tf.unstack(columns(slopes, 0, steps));
  const drivenColumns = tf.unstack(columns(driven, 0, steps));
  const lengthRows = tf.unstack(rows(lengths, 0, steps));
  const weightRows = tf.unstack(rows(inputWeights, 0, steps));
  const exponents = stateSlopes.map((g, t) => tf.mul(g, at(carried, t)));
  return [
    tf.stack(exponents.map((q) => tf.sum(tf.mul(q, rates), 1))),
    tf.reshape(tf.stack(stateSlopes.map((g, t) => tf.matMul(at(weightRows, t), g))), driven.shape),
    tf.addN(exponents.map((q, t) => tf.sum(tf.mul(q, at(lengthRows, t)), 0))),
    tf.reshape(tf.stack(stateSlopes.map((g, t) => tf.matMul(g, at(drivenColumns, t)))), inputWeights.shape),
    tf.reshape(tf.stack(states.map((h, t) => tf.matMul(h, at(slopeColumns, t)))), outputWeights.shape),
  ];
}

/** g_t = direct_t + decay_{t+1} g_{t+1}, from the last step to the first. */
function recurrence(direct: Steps, decays: Steps): Steps {
  const reversed: tf.Tensor[] = [];
  for (let t = direct.length - 1; t >= 0; t -= 1) {
    const later = reversed.at(-1);
    const own = at(direct, t);
    reversed.push(later === undefined ? own : tf.add(own, tf.mul(at(decays, t + 1), later)));
  }
  return reversed.reverse();
}

/** One tensor for each step, computed for up to `chunk` steps at once. */
function inChunks(steps: number, chunk: number, compute: (from: number, size: number) => tf.Tensor): Steps {
  return pieces(steps, chunk).flatMap(({ from, size }) => tf.unstack(compute(from, size)));
}

/** The steps cut into runs of up to `chunk`. */
export function pieces(steps: number, chunk: number): readonly { readonly from: number; readonly size: number }[] {
  return Array.from({ length: Math.ceil(steps / chunk) }, (_, i) => ({
    from: i * chunk,
    size: Math.min(chunk, steps - i * chunk),
  }));
}

/** Some steps of (steps x batch x width) as (size x batch x 1 x width). */
export function rows(x: tf.Tensor3D, from: number, size: number): tf.Tensor4D {
  const [, batch, width] = x.shape;
  return tf.reshape(tf.slice(x, [from, 0, 0], [size, batch, width]), [size, batch, 1, width]);
}

/** Some steps of (steps x batch x width) as (size x batch x width x 1). */
export function columns(x: tf.Tensor3D, from: number, size: number): tf.Tensor4D {
  const [, batch, width] = x.shape;
  return tf.reshape(tf.slice(x, [from, 0, 0], [size, batch, width]), [size, batch, width, 1]);
}
