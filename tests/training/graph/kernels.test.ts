import * as tf from '@tensorflow/tfjs-core';
import { createEagerProgram } from '../../../training/graph/eager-program';
import { createGraphProgram } from '../../../training/graph/graph-program';
import { installFasterKernels } from '../../../training/graph/kernels/install';
import type { NamedValues } from '../../../training/graph/program';
import { openTestBackend } from '../../support/tensor-backend';
import { expectClose } from './expect-close';
import { STOCK_FAILURES, WORK_CASES, WORK_INPUTS, workProgram } from './program-cases';

const comparable = WORK_CASES.filter(({ name }) => !STOCK_FAILURES.includes(name));
const stock = new Map<string, NamedValues>();

beforeAll(async () => {
  await openTestBackend();
  for (const given of comparable) {
    const program = createEagerProgram(workProgram(given));
    stock.set(given.name, program.run('work', WORK_INPUTS));
    program.dispose();
  }
  installFasterKernels();
  installFasterKernels();
});

it.each(comparable)('gives what the kernels of tfjs give: $name', (given) => {
  const eager = createEagerProgram(workProgram(given));
  const graph = createGraphProgram(tf.backend(), workProgram(given));
  const expected = stock.get(given.name) ?? {};
  for (const results of [eager.run('work', WORK_INPUTS), graph.run('work', WORK_INPUTS)]) {
    expectClose(results.value, expected.value, 1e-6);
    expectClose(results.gradient, expected.gradient, 1e-6);
  }
  eager.dispose();
  graph.dispose();
});

it.each([0, 1, 2])('gives the gradient of a running sum along axis %i', (axis) => {
  // d/dx of sum over (slope * cumsum(x)) is the running sum of the slopes from behind.
  const slope = tf.tensor3d(
    Array.from({ length: 24 }, (_, i) => Math.sin(3 * i)),
    [2, 3, 4],
  );
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(slope, tf.cumsum(x, axis))))(tf.ones([2, 3, 4]));
  expect(gradient.shape).toEqual([2, 3, 4]);
  expectClose(gradient.dataSync(), tf.cumsum(slope, axis, false, true).dataSync(), 1e-6);
});

it('makes of a step with bias and ReLU only the operations that it needs', () => {
  const ops = opsWhile(() => {
    const loss = (w: tf.Tensor): tf.Scalar =>
      tf.sum(tf.relu(tf.add(tf.matMul(tf.ones([5, 3]), w as tf.Tensor2D), tf.ones([4]))));
    tf.grad(loss)(tf.ones([3, 4]));
  });
  expect(ops.filter((op) => op !== 'Fill')).toEqual([
    'MatMul',
    'Add',
    'Relu',
    'Sum',
    'Reshape',
    'BroadcastTo',
    'ReluGrad',
    'MatMul',
  ]);
});

it('sums columns by BiasAddGrad, and anything else by Sum', () => {
  const x = tf.tensor3d(
    Array.from({ length: 24 }, (_, i) => i),
    [2, 3, 4],
  );
  const n = tf.cast(x, 'int32');
  const sums = [
    tf.sum(x, [0, 1]),
    tf.sum(x, [1, 0], true),
    tf.sum(n, [0, 1]),
    tf.sum(x, 0),
    tf.sum(tf.reshape(x, [24]), 0),
  ];
  expect(sums.map(({ shape }) => shape)).toEqual([[4], [1, 1, 4], [4], [3, 4], []]);
  const expected = [60, 66, 72, 78];
  for (const sum of sums.slice(0, 3)) expect(Array.from(sum.dataSync())).toEqual(expected);
  expect(sums[4]?.dataSync()[0]).toBe(276);
  expect(opsWhile(() => tf.sum(x, [0, 1]))).toEqual(['BiasAddGrad']);
  expect(opsWhile(() => tf.sum(x, 0))).toEqual(['Sum']);
});

it('keeps count of tensors that share their data', () => {
  const before = tf.memory().numTensors;
  const x = tf.tensor1d([1, 2]);
  const [cast, reshaped] = [tf.cast(x, 'float32'), tf.reshape(x, [2])];
  x.dispose();
  cast.dispose();
  expect(Array.from(reshaped.dataSync())).toEqual([1, 2]);
  reshaped.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

/** Names of the operations that TensorFlow is asked for. */
function opsWhile(action: () => unknown): readonly string[] {
  const backend = tf.backend() as unknown as { executeSingleOutput: (op: string, ...rest: unknown[]) => unknown };
  const spy = jest.spyOn(backend, 'executeSingleOutput');
  action();
  const ops = spy.mock.calls.map(([op]) => op);
  spy.mockRestore();
  return ops;
}
