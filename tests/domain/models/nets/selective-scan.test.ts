import * as tf from '@tensorflow/tfjs-core';
import { chunkedScan } from '../../../../bench/scans/chunked-scan';
import { lastScanStep } from '../../../../domain/models/nets/layers/last-scan-step';
import { selectiveScan, type ScanInputs } from '../../../../domain/models/nets/layers/selective-scan';
import { lastStep } from '../../../../domain/models/nets/layers/time-major';
import { openTestBackend } from '../../../support/tensor-backend';
import { largestDifference, normals, uniforms, valuesOf } from './support/net-runner';

interface Sizes {
  readonly steps: number;
  readonly batch: number;
  readonly channels: number;
  readonly states: number;
}

type Values = Readonly<Record<keyof ScanInputs, Float32Array>>;
type Scan = (inputs: ScanInputs) => tf.Tensor;

const SIZES: Sizes = { steps: 11, batch: 3, channels: 4, states: 5 };
const NAMES = ['lengths', 'driven', 'rates', 'inputWeights', 'outputWeights'] as const;

/** Steps about as long as the states' memory unless scaled. */
function someValues({ steps, batch, channels, states }: Sizes, lengthScale = 1): Values {
  return {
    lengths: uniforms(steps * batch * channels, 1).map((u) => lengthScale * u),
    driven: normals(steps * batch * channels, 2),
    rates: uniforms(states * channels, 3).map((u) => -0.05 - 2 * u),
    inputWeights: normals(steps * batch * states, 4),
    outputWeights: normals(steps * batch * states, 5),
  };
}

function tensorsOf(values: Values, { steps, batch, channels, states }: Sizes): ScanInputs {
  return {
    lengths: tf.tensor3d(values.lengths, [steps, batch, channels]),
    driven: tf.tensor3d(values.driven, [steps, batch, channels]),
    rates: tf.tensor2d(values.rates, [states, channels]),
    inputWeights: tf.tensor3d(values.inputWeights, [steps, batch, states]),
    outputWeights: tf.tensor3d(values.outputWeights, [steps, batch, states]),
  };
}

/** Output, and the gradients of sum(output * random numbers) by input, in the order of NAMES. */
function evaluate(scan: Scan, values: Values, sizes: Sizes): readonly Float32Array[] {
  return tf.tidy(() => {
    const inputs = tensorsOf(values, sizes);
    const output = scan(inputs);
    const projection = tf.tensor(normals(output.size, 6), output.shape);
    const projected = (...given: tf.Tensor[]): tf.Scalar => {
      const named = Object.fromEntries(NAMES.map((name, i) => [name, given[i]])) as unknown as ScanInputs;
      return tf.sum(tf.mul(scan(named), projection));
    };
    return [output, ...tf.grads(projected)(NAMES.map((name) => inputs[name]))].map(valuesOf);
  });
}

/** The definition, step by step in double precision: (steps x batch x channels). */
function scanByDefinition(values: Values, { steps, batch, channels, states }: Sizes): Float32Array {
  const output = new Float32Array(steps * batch * channels);
  for (let b = 0; b < batch; b += 1) {
    for (let d = 0; d < channels; d += 1) {
      const h = new Float64Array(states);
      for (let t = 0; t < steps; t += 1) {
        const at = (t * batch + b) * channels + d;
        for (let n = 0; n < states; n += 1) {
          const weight = (t * batch + b) * states + n;
          const decay = Math.exp((values.lengths[at] ?? NaN) * (values.rates[n * channels + d] ?? NaN));
          h[n] = decay * (h[n] ?? NaN) + (values.inputWeights[weight] ?? NaN) * (values.driven[at] ?? NaN);
          output[at] = (output[at] ?? NaN) + (values.outputWeights[weight] ?? NaN) * (h[n] ?? NaN);
        }
      }
    }
  }
  return output;
}

const scanIn =
  (chunk: number): Scan =>
  (inputs) =>
    selectiveScan(inputs, chunk);

const lastIn =
  (chunk: number): Scan =>
  ({ outputWeights, ...inputs }) =>
    lastScanStep({ ...inputs, lastOutputWeights: lastStep(outputWeights) }, chunk);

function differences(ours: readonly Float32Array[], theirs: readonly Float32Array[]): readonly number[] {
  expect(ours.length).toBe(1 + NAMES.length);
  return ours.map((values, i) => largestDifference(values, theirs[i] ?? new Float32Array()));
}

describe('selective scan', () => {
  beforeAll(openTestBackend);

  it.each([1, 2, 4, 11, 64])('is the recurrence of the paper, in chunks of %i', (chunk) => {
    const values = someValues(SIZES);
    const ours = tf.tidy(() => valuesOf(selectiveScan(tensorsOf(values, SIZES), chunk)));
    expect(largestDifference(ours, scanByDefinition(values, SIZES))).toBeLessThan(1e-6);
  });

  it.each([1, 4, 11])('agrees with the chunked matrix form and its gradients, in chunks of %i', (chunk) => {
    for (const lengthScale of [1e-3, 1, 100]) {
      const values = someValues(SIZES, lengthScale);
      const theirs = evaluate((inputs) => chunkedScan(inputs, chunk), values, SIZES);
      expect(largestDifference(theirs[0] as Float32Array, scanByDefinition(values, SIZES))).toBeLessThan(1e-5);
      expect(Math.max(...differences(evaluate(scanIn(3), values, SIZES), theirs))).toBeLessThan(1e-5);
    }
  });

  it.each([1, 4, 64])('has a last step that needs no scan, in chunks of %i', (chunk) => {
    for (const lengthScale of [1e-3, 1, 100]) {
      const values = someValues(SIZES, lengthScale);
      const scanned = evaluate((inputs) => lastStep(selectiveScan(inputs, 3)), values, SIZES);
      expect(Math.max(...differences(evaluate(lastIn(chunk), values, SIZES), scanned))).toBeLessThan(1e-5);
    }
  });

  it('scans a single step', () => {
    const sizes = { ...SIZES, steps: 1 };
    const values = someValues(sizes);
    const ours = evaluate(scanIn(4), values, sizes);
    expect(largestDifference(ours[0] as Float32Array, scanByDefinition(values, sizes))).toBeLessThan(1e-6);
    expect(Math.max(...(ours[1] ?? [NaN]).map(Math.abs))).toBe(0);
    expect(Math.max(...differences(evaluate(lastIn(4), values, sizes), ours))).toBeLessThan(1e-6);
  });

  it.each([
    ['0', 0],
    ['1e-30', 1e-30],
    ['1e4', 1e4],
    ['1e30', 1e30],
  ])('stays finite, and right, with steps as long as %s', (_, lengthScale) => {
    const values = someValues(SIZES, lengthScale);
    for (const scan of [scanIn(4), lastIn(4)]) {
      const results = evaluate(scan, values, SIZES);
      expect(results.map((result) => result.every(Number.isFinite))).toEqual(results.map(() => true));
    }
    const ours = tf.tidy(() => valuesOf(selectiveScan(tensorsOf(values, SIZES), 4)));
    expect(largestDifference(ours, scanByDefinition(values, SIZES))).toBeLessThan(1e-6);
  });

  it('keeps no tensors', () => {
    const before = tf.memory().numTensors;
    evaluate(scanIn(4), someValues(SIZES), SIZES);
    evaluate(lastIn(4), someValues(SIZES), SIZES);
    expect(tf.memory().numTensors).toBe(before);
  });
});
