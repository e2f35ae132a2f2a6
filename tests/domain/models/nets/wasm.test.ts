import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { NET_DEFINITIONS } from '../../../../domain/models/nets/registry';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config/defaults';
import { openTestBackend } from '../../../support/tensor-backend';
import { gradient, initialParameters, largestDifference, normals, uniforms } from './support/net-runner';

const WINDOW = { lookback: 40, features: 3 };
const BATCH = 2;

/** WASM is what training falls back to: it has fewer operations than native TensorFlow. */
describe('every net on WASM', () => {
  let native = '';
  beforeAll(async () => {
    await openTestBackend();
    native = tf.getBackend();
    setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
  });
  afterEach(async () => {
    await tf.setBackend(native);
  });

  it.each(NET_DEFINITIONS)('$name has the output and the gradients that it has natively', async (definition) => {
    const sizes = (DEFAULT_CONFIG.models as Readonly<Record<string, unknown>>)[definition.name];
    const plan = definition.plan(sizes, WINDOW);
    const flat = initialParameters(plan, 3);
    const inputs = {
      windows: normals(BATCH * WINDOW.lookback * WINDOW.features, 1),
      batch: BATCH,
      noise: uniforms(BATCH * plan.dropoutUnits, 2),
    };
    const projection = normals(BATCH * plan.outputWidth, 3);
    const expected = gradient(plan, WINDOW, flat, inputs, projection);
    expect(await tf.setBackend('wasm')).toBe(true);
    const ours = gradient(plan, WINDOW, flat, inputs, projection);
    expect(largestDifference(ours.output, expected.output)).toBeLessThan(1e-5);
    expect(largestDifference(ours.parameters, expected.parameters)).toBeLessThan(1e-4);
    expect(largestDifference(ours.windows, expected.windows)).toBeLessThan(1e-4);
  });
});
