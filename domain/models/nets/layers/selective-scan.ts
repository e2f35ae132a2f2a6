import * as tf from '@tensorflow/tfjs-core';

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
 * No form with fewer sequential steps is faster on a processor: the decay differs for each channel and state, so that the
 * matrices between steps of a chunk (see `chunkedScan`) cost chunk / 2 times the exponentials. Exponents are never above 0,
 * so that nothing overflows however long the steps are. The way back is written by hand: a tape takes 2.4 times as long.
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
        const [keptStates, rest] = cut(saved.slice(5), steps);
        const [keptDecays, keptCarried] = cut(rest, steps - 1);
        const kept = { states: keptStates, decays: keptDecays, carried: keptCarried };
        return scanBackward(saved.slice(0, 5) as unknown as Inputs, kept, slopes, chunk);
      },
    };
  });
}

type Steps = readonly tf.Tensor[];

/** What the way back needs of the way forward; every tensor is (batch x states x channels). */
interface ScanSteps {
  /** h_t of every step. */
  readonly states: Steps;
  /** exp(Delta_t A) of every step but the first. */
  readonly decays: Steps;
  /** exp(Delta_t A) h_{t-1} of every step but the first. */
  readonly carried: Steps;
}

function scanForward(
  [lengths, driven, rates, inputWeights, outputWeights]: Inputs,
  chunk: number,
): ScanSteps & { readonly outputs: tf.Tensor3D } {
  const steps = lengths.shape[0];
  const decays = inChunks(1, steps, chunk, (from, size) => tf.exp(tf.mul(rows(lengths, from, size), rates)));
  const driving = inChunks(0, steps, chunk, (from, size) =>
    tf.mul(columns(inputWeights, from, size), rows(driven, from, size)),
  );
  const readers = tf.unstack(rows(outputWeights, 0, steps));
  const states: tf.Tensor[] = [];
  const carried: tf.Tensor[] = [];
  for (const [t, drive] of driving.entries()) {
    if (t === 0) {
      states.push(drive);
      continue;
    }
    const kept = tf.mul(at(decays, t - 1), at(states, t - 1));
    carried.push(kept);
    states.push(tf.add(kept, drive));
  }
  // (batch x 1 x states) (batch x states x channels) -> (batch x 1 x channels) at every step.
  const outputs = states.map((state, t) => tf.matMul(at(readers, t), state));
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
  const direct = inChunks(0, steps, chunk, (from, size) =>
    tf.mul(columns(outputWeights, from, size), rows(slopes, from, size)),
  );
  const stateSlopes = recurrence(direct, decays);
  const slopeColumns = tf.unstack(columns(slopes, 0, steps));
  const drivenColumns = tf.unstack(columns(driven, 0, steps));
  const lengthRows = tf.unstack(rows(lengths, 0, steps));
  const weightRows = tf.unstack(rows(inputWeights, 0, steps));
  const exponents = carried.map((kept, i) => tf.mul(at(stateSlopes, i + 1), kept));
  const first = tf.zeros([1, ...lengths.shape.slice(1)]);
  const ofLengths = tf.concat([first, tf.stack(exponents.map((q) => tf.sum(tf.mul(q, rates), 1)))]);
  const ofRates = tf.addN(exponents.map((q, i) => tf.sum(tf.mul(q, at(lengthRows, i + 1)), 0)));
  return [
    ofLengths,
    tf.reshape(tf.stack(stateSlopes.map((g, t) => tf.matMul(at(weightRows, t), g))), driven.shape),
    ofRates,
    tf.reshape(tf.stack(stateSlopes.map((g, t) => tf.matMul(g, at(drivenColumns, t)))), inputWeights.shape),
    tf.reshape(tf.stack(states.map((h, t) => tf.matMul(h, at(slopeColumns, t)))), outputWeights.shape),
  ];
}

/** g_t = direct_t + decay_{t+1} g_{t+1}, from the last step to the first; `decays` begin at step 1. */
function recurrence(direct: Steps, decays: Steps): Steps {
  const reversed: tf.Tensor[] = [];
  for (let t = direct.length - 1; t >= 0; t -= 1) {
    const later = reversed.at(-1);
    const own = at(direct, t);
    reversed.push(later === undefined ? own : tf.add(own, tf.mul(at(decays, t), later)));
  }
  return reversed.reverse();
}

/** One tensor for each step in [begin, end), computed for up to `chunk` steps at once. */
export function inChunks(
  begin: number,
  end: number,
  chunk: number,
  compute: (from: number, size: number) => tf.Tensor,
): Steps {
  const steps: tf.Tensor[] = [];
  for (let from = begin; from < end; from += chunk) {
    steps.push(...tf.unstack(compute(from, Math.min(chunk, end - from))));
  }
  return steps;
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

function at(steps: Steps, t: number): tf.Tensor {
  const tensor = steps[t];
  if (tensor === undefined) throw new RangeError(`A scan of ${steps.length} steps has no step ${t}.`);
  return tensor;
}

function cut(tensors: Steps, count: number): readonly [Steps, Steps] {
  return [tensors.slice(0, count), tensors.slice(count)];
}
