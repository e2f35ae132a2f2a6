import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { createEagerProgram } from '../../../training/graph/eager-program';
import { createGraphProgram } from '../../../training/graph/graph-program';
import type { NamedTensors, ProgramDefinition, ProgramFunction } from '../../../training/graph/program';
import { openTestBackend } from '../../support/tensor-backend';

beforeAll(openTestBackend);

const pair = { shape: [2], dtype: 'float32' } as const;

const graphOf = (body: (x: tf.Tensor) => NamedTensors): ReturnType<typeof createGraphProgram> =>
  createGraphProgram(tf.backend(), {
    state: {},
    functions: { f: { inputs: { x: pair }, body: (_, { x }) => ({ outputs: body(x as tf.Tensor) }) } },
  });

describe('a graph program refuses, and leaves the backend as it was', () => {
  const bodies: readonly [string, (x: tf.Tensor) => NamedTensors, string][] = [
    ['dataSync', (x) => ({ y: tf.mul(x, tf.square(x).dataSync()[0] ?? 0) }), "reads a tensor's values"],
    [
      'arraySync of a gradient',
      (x) => ({ y: tf.scalar(tf.grad(tf.square)(x).dataSync()[0] ?? 0) }),
      "reads a tensor's",
    ],
    ['data', (x) => (void tf.square(x).data(), { y: x }), "reads a tensor's values"],
    ['a sample', (x) => ({ y: tf.multinomial(x as tf.Tensor1D, 3, 1) }), 'operation Multinomial'],
    ['text', (x) => (tf.concat([tf.tensor1d(['a']), tf.tensor1d(['b'])]), { y: x }), 'tensors of string'],
    ['complex numbers', (x) => ({ y: tf.real(tf.complex(x, x)) }), 'text or complex'],
    ['unique', (x) => ({ y: tf.unique(x).values }), 'operation Unique'],
    ['a kept tensor', (x) => ({ y: tf.keep(tf.square(x)) }), 'keeps 1 tensors'],
  ];

  it.each(bodies)('%s', (name, body, message) => {
    const [binding, folders] = [bindingOf(), temporaryFolders()];
    expect(() => graphOf(body)).toThrow(RangeError);
    expect(() => graphOf(body)).toThrow(message);
    expect(bindingOf()).toBe(binding);
    expect(Object.hasOwn(tf.backend(), 'getInputTensorIds')).toBe(false);
    expect(temporaryFolders()).toEqual(folders);
    if (name !== 'a kept tensor') expectNothingKept(() => expect(() => graphOf(body)).toThrow());
    // Gather checks its indices again.
    tf.tidy(() => expect(() => tf.gather([1, 2], tf.tensor1d([5], 'int32'))).toThrow('index value'));
  });

  it('a body that throws, with its own error', () => {
    const binding = bindingOf();
    const failure = new Error('mine');
    expectNothingKept(() =>
      expect(() =>
        graphOf((x) => {
          tf.square(x);
          throw failure;
        }),
      ).toThrow(failure),
    );
    expect(bindingOf()).toBe(binding);
  });

  it('assignment to a variable', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]), true, 'mine');
    expect(() => graphOf((x) => (variable.assign(tf.square(x) as tf.Tensor1D), { y: x }))).toThrow(RangeError);
    variable.dispose();
  });

  it('another backend', () => {
    const other = new tf.KernelBackend();
    expect(() => createGraphProgram(other, { state: {}, functions: {} })).toThrow('native TensorFlow');
  });
});

it('reads a constant inside a body, which freezes nothing', () => {
  const program = graphOf((x) => ({ y: tf.mul(x, tf.square(tf.scalar(3)).dataSync()[0] ?? 0) }));
  expect(program.run('f', { x: Float32Array.of(1, 2) }).y).toEqual(Float32Array.of(9, 18));
  program.dispose();
});

it('freezes numbers and outside tensors of the time of tracing', () => {
  let factor = 2;
  const outside = tf.variable(tf.scalar(10));
  const program = graphOf((x) => ({ y: tf.add(tf.mul(x, factor), outside) }));
  factor = 3;
  outside.assign(tf.scalar(20));
  expect(program.run('f', { x: Float32Array.of(1, 2) }).y).toEqual(Float32Array.of(12, 14));
  program.dispose();
  outside.dispose();
});

it('copies constants: an array that is written to later does not matter', () => {
  const values = Float32Array.of(1, 2);
  const program = graphOf((x) => {
    const y = tf.mul(x, tf.tensor1d(values));
    values.fill(100);
    return { y };
  });
  expect(program.run('f', { x: Float32Array.of(1, 1) }).y).toEqual(Float32Array.of(1, 2));
  program.dispose();
});

it('keeps the bits of constants that are all equal', () => {
  const program = graphOf((x) => ({
    y: tf.mul(tf.abs(tf.sign(x)), tf.tensor1d([-0, -0])),
    z: tf.fill([3], NaN),
    k: tf.fill([3], 7, 'int32'),
  }));
  const { y, z, k } = program.run('f', { x: Float32Array.of(1, 1) });
  expect([y, z, k]).toEqual([Float32Array.of(-0, -0), Float32Array.of(NaN, NaN, NaN), Int32Array.of(7, 7, 7)]);
  program.dispose();
});

it('gathers by fed indices, and TensorFlow refuses one out of bounds', () => {
  const program = createGraphProgram(tf.backend(), {
    state: {},
    functions: {
      f: {
        inputs: { index: { shape: [2], dtype: 'int32' } },
        body: (_, { index }) => ({ outputs: { y: tf.gather(tf.tensor1d([5, 6, 7]), index as tf.Tensor1D) } }),
      },
    },
  });
  expect(program.run('f', { index: Int32Array.of(2, 1) }).y).toEqual(Float32Array.of(7, 6));
  expect(() => program.run('f', { index: Int32Array.of(3, 1) })).toThrow(/not in \[0, 3\)/);
  expect(program.run('f', { index: Int32Array.of(0, 0) }).y).toEqual(Float32Array.of(5, 5));
  program.dispose();
});

it('trains as operation by operation does: 20 steps of Adam on one flat vector of parameters', () => {
  const definition = trainingProgram();
  const [graph, eager] = [createGraphProgram(tf.backend(), definition), createEagerProgram(definition)];
  const weights = Float32Array.from({ length: COUNT }, (_, i) => Math.sin(i * 7));
  for (const program of [graph, eager]) program.writeState({ weights });
  const losses = Array.from({ length: 20 }, (_, step) => {
    const inputs = {
      x: Float32Array.from({ length: 12 }, (_unused, i) => Math.cos(i + (step % 4))),
      y: Float32Array.from({ length: 4 }, (_unused, i) => Math.cos(i * (step % 4))),
      rate: Float32Array.of(0.01 / (1 + step)),
    };
    const [traced, direct] = [graph.run('step', inputs), eager.run('step', inputs)];
    expect(traced.loss?.[0]).toBeCloseTo(direct.loss?.[0] ?? NaN, 6);
    return direct.loss?.[0] ?? NaN;
  });
  expect(losses[19]).toBeLessThan((losses[0] ?? 0) / 2);
  const [traced, direct] = [graph.readState(), eager.readState()];
  for (const name of ['weights', 'first', 'second'])
    traced[name]?.forEach((value, i) => expect(value).toBeCloseTo(direct[name]?.[i] ?? NaN, 6));
  expect(traced.step).toEqual(Float32Array.of(20));
  graph.dispose();
  eager.dispose();
});

const COUNT = 3 * 5 + 5 + 5 + 1;

/** A perceptron of 3, 5 and 1 units on batches of 4, and Adam. */
function trainingProgram(): ProgramDefinition {
  const vector = { shape: [COUNT], dtype: 'float32' } as const;
  const scalar = { shape: [], dtype: 'float32' } as const;
  const body: ProgramFunction['body'] = (state, inputs) => {
    const { weights, first, second, step } = state as Record<'weights' | 'first' | 'second' | 'step', tf.Tensor>;
    const { x, y, rate } = inputs as { x: tf.Tensor2D; y: tf.Tensor; rate: tf.Tensor };
    const loss = (flat: tf.Tensor): tf.Scalar => tf.mean(tf.square(tf.sub(perceptron(flat, x), y)));
    const { value, grad } = tf.valueAndGrad(loss)(weights) as { value: tf.Tensor; grad: tf.Tensor };
    const [m, v] = [mixed(first, grad, 0.9), mixed(second, tf.square(grad), 0.99)];
    const next = tf.add(step, 1);
    const [mHat, vHat] = [tf.div(m, tf.sub(1, tf.pow(0.9, next))), tf.div(v, tf.sub(1, tf.pow(0.99, next)))];
    const moved = tf.sub(weights, tf.mul(rate, tf.div(mHat, tf.add(tf.sqrt(vHat), 1e-8))));
    return { outputs: { loss: value }, state: { weights: moved, first: m, second: v, step: next } };
  };
  const inputs = {
    x: { shape: [4, 3], dtype: 'float32' },
    y: { shape: [4, 1], dtype: 'float32' },
    rate: scalar,
  } as const;
  return {
    state: { weights: vector, first: vector, second: vector, step: scalar },
    functions: { step: { inputs, body } },
  };
}

const mixed = (old: tf.Tensor, fresh: tf.Tensor, decay: number): tf.Tensor =>
  tf.add(tf.mul(old, decay), tf.mul(fresh, 1 - decay));

function perceptron(flat: tf.Tensor, x: tf.Tensor2D): tf.Tensor {
  const [w1, b1, w2, b2] = tf.split(flat, [15, 5, 5, 1]) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const hidden = tf.relu(tf.add(tf.matMul(x, tf.reshape<tf.Rank.R2>(w1, [3, 5])), b1)) as tf.Tensor2D;
  return tf.add(tf.matMul(hidden, tf.reshape<tf.Rank.R2>(w2, [5, 1])), b2);
}

function expectNothingKept(action: () => void): void {
  const before = tf.memory().numTensors;
  action();
  expect(tf.memory().numTensors).toBe(before);
}

const bindingOf = (): unknown => (tf.backend() as unknown as { binding: unknown }).binding;

/** Those of the graph's own prefix: other processes write to the same folder. */
const temporaryFolders = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('graph-'));

it('runs no operation of a body twice on the same shapes while it traces, and frees what it needs for it', () => {
  const backend = tf.backend() as unknown as { binding: Record<string, unknown>; getNumOfTFTensors(): number };
  const { binding } = backend;
  const execute = binding['executeOp'] as (op: string, ...rest: unknown[]) => unknown;
  const executed: string[] = [];
  const before = backend.getNumOfTFTensors();
  backend.binding = {
    // Its properties are not enumerable.
    ...Object.fromEntries(Object.getOwnPropertyNames(binding).map((name) => [name, binding[name]])),
    executeOp: (op: string, ...rest: unknown[]) => {
      executed.push(op);
      return execute(op, ...rest);
    },
  };
  try {
    const program = graphOf((x) => {
      let y = x;
      for (let i = 0; i < 50; i += 1) y = tf.tanh(tf.add(y, tf.slice(tf.concat([y, x]), [i % 2], [2])));
      return { y };
    });
    expect(executed).toEqual(['ConcatV2', 'Slice', 'Add', 'Tanh', 'Slice']);
    program.dispose();
  } finally {
    backend.binding = binding;
  }
  expect(backend.getNumOfTFTensors()).toBe(before);
});
