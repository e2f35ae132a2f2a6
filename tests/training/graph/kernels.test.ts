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

it('sums over the first axes by BiasAddGrad, and over any others by Sum', () => {
  const x = tf.tensor3d(
    Array.from({ length: 24 }, (_, i) => i),
    [2, 3, 4],
  );
  const whole = tf.cast(x, 'int32');
  const cases: readonly [tf.Tensor, number[], number[], number[], string][] = [
    [x, [0, 1], [4], [60, 66, 72, 78], 'BiasAddGrad'],
    [x, [1, 0], [4], [60, 66, 72, 78], 'BiasAddGrad'],
    [tf.slice(x, [0, 0, 0], [2, 1, 4]), [0], [1, 4], [12, 14, 16, 18], 'BiasAddGrad'],
    [whole, [0, 1], [4], [60, 66, 72, 78], 'Sum'],
    [tf.slice(x, [0, 0, 0], [2, 1, 4]), [1], [2, 4], [0, 1, 2, 3, 12, 13, 14, 15], 'Sum'],
    [x, [0, 1, 2], [], [276], 'Sum'],
  ];
  for (const [given, axes, shape, expected, op] of cases) {
    const sum = tf.sum(given, axes);
    expect(sum.shape).toEqual(shape);
    expect(Array.from(sum.dataSync())).toEqual(expected);
    expect(opsWhile(() => tf.sum(given, axes))).toContain(op);
  }
  expect(tf.sum(x, [1, 0], true).shape).toEqual([1, 1, 4]);
});

it.each([
  [0, false, false],
  [0, true, false],
  [0, false, true],
  [1, false, true],
  [2, false, false],
  [2, true, true],
] as const)('gives running sums along axis %i (exclusive %s, reverse %s)', (axis, exclusive, reverse) => {
  const values = Array.from({ length: 24 }, (_, i) => Math.sin(3 * i));
  const x = tf.tensor3d(values, [2, 3, 4]);
  const strides = [12, 4, 1] as const;
  const lengths = [2, 3, 4] as const;
  const expected = values.map((_, i) => {
    const place = Math.floor(i / strides[axis]) % lengths[axis];
    return values.reduce((sum, value, other) => {
      const otherPlace = Math.floor(other / strides[axis]) % lengths[axis];
      if (other - otherPlace * strides[axis] !== i - place * strides[axis]) return sum;
      const before = reverse ? otherPlace > place : otherPlace < place;
      return before || (otherPlace === place && !exclusive) ? sum + value : sum;
    }, 0);
  });
  expectClose(tf.cumsum(x, axis, exclusive, reverse).dataSync(), expected, 1e-6);
});

it('gives softplus far from zero', () => {
  const values = tf.softplus(tf.tensor1d([-80, -20, -1, 0, 1, 20, 80])).dataSync();
  const expected = [-80, -20, -1, 0, 1, 20, 80].map((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  values.forEach((value, i) => expect(value / (expected[i] ?? NaN)).toBeCloseTo(1, 5));
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
