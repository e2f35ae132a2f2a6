import * as tf from '@tensorflow/tfjs-core';
import { NET_DEFINITIONS } from '../../../../domain/models/nets/registry';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config/defaults';
import { locateNativeParts } from '../../../../shared/runtime/native-parts';
import { openTensorLibrary } from '../../../../shared/runtime/tensorflow/open-library';
import {
  gradient,
  initialParameters,
  normals,
  largestDifference,
  uniforms,
} from '../../../domain/models/nets/support/net-runner';

const WINDOW = { lookback: 60, features: 5 };
const BATCH = 3;

async function open(wanted: 'cpu' | 'wasm'): Promise<void> {
  const parts = locateNativeParts(process.env);
  const library = await openTensorLibrary({ parts, wanted, threads: 1, deviceVisible: false });
  if (!library.ok || library.value.kind !== wanted) throw new Error(`${wanted} cannot be opened`);
}

beforeAll(async () => {
  await open('cpu');
  await open('wasm');
});

/** What tfjs's WASM backend lacks and is lent, each as a gradient or value of three tensors. */
const LENT: Readonly<Record<string, (x: tf.Tensor3D, kernel: tf.Tensor3D) => tf.Tensor>> = {
  'the gradient of gather': (x) =>
    tf.grad((t: tf.Tensor) => tf.square(tf.gather(t, tf.tensor1d([1, 0, 1], 'int32'), 1)))(x),
  'the gradient of a convolution by its kernel': (x, kernel) =>
    tf.grad((k: tf.Tensor) => tf.square(tf.conv1d(x, k as tf.Tensor3D, 1, 'same')))(kernel),
};

describe('without TensorFlow', () => {
  it.each(Object.entries(LENT))('%s is computed by a lent kernel', async (_name, compute) => {
    const on = async (backend: string) => {
      await tf.setBackend(backend);
      const tensors = tf.memory().numTensors;
      const values = tf.tidy(() => {
        const x = tf.tensor3d(normals(2 * 7 * 3, 1), [2, 7, 3]);
        const kernel = tf.tensor3d(normals(5 * 3 * 4, 2), [5, 3, 4]);
        return Float32Array.from(compute(x, kernel).dataSync());
      });
      expect(tf.memory().numTensors).toBe(tensors);
      return values;
    };
    expect(largestDifference(await on('wasm'), await on('tensorflow'))).toBeLessThan(1e-6);
    // The lender keeps nothing: its own tensors are counted by tfjs as well.
    expect(tf.findBackend('cpu').numDataIds()).toBe(0);
  });

  it.each(NET_DEFINITIONS.map((definition) => [definition.name, definition] as const))(
    '%s computes the same output and gradients, and keeps no tensor',
    async (name, definition) => {
      const plan = definition.plan(DEFAULT_CONFIG.models[name as 'mlp'], WINDOW);
      const flat = initialParameters(plan, 5);
      const inputs = {
        windows: normals(BATCH * WINDOW.lookback * WINDOW.features, 6),
        batch: BATCH,
        noise: plan.dropoutUnits === 0 ? null : uniforms(BATCH * plan.dropoutUnits, 7),
      };
      const projection = normals(BATCH * plan.outputWidth, 8);
      const on = async (backend: string) => {
        await tf.setBackend(backend);
        const tensors = tf.memory().numTensors;
        const result = gradient(plan, WINDOW, flat, inputs, projection);
        expect(tf.memory().numTensors).toBe(tensors);
        return result;
      };
      const native = await on('tensorflow');
      const wasm = await on('wasm');
      expect(largestDifference(wasm.output, native.output)).toBeLessThan(1e-5);
      expect(largestDifference(wasm.parameters, native.parameters)).toBeLessThan(1e-4);
      expect(largestDifference(wasm.windows, native.windows)).toBeLessThan(1e-4);
    },
  );
});
