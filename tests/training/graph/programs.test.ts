import * as tf from '@tensorflow/tfjs-core';
import { createEagerProgram } from '../../../training/graph/eager-program';
import { createGraphProgram } from '../../../training/graph/graph-program';
import type { NamedTensors, ProgramDefinition, ProgramFunction, TensorSpec } from '../../../training/graph/program';
import { openTestBackend } from '../../support/tensor-backend';

beforeAll(openTestBackend);

const KINDS = [
  { kind: 'graph', create: (definition: ProgramDefinition) => createGraphProgram(tf.backend(), definition) },
  { kind: 'eager', create: createEagerProgram },
];

const pair: TensorSpec = { shape: [2], dtype: 'float32' };

function programOf(state: ProgramDefinition['state'], functions: ProgramDefinition['functions']): ProgramDefinition {
  return { state, functions };
}
const functionOf = (inputs: ProgramFunction['inputs'], body: ProgramFunction['body']): ProgramFunction => ({
  inputs,
  body,
});
const tensor = (tensors: NamedTensors, name: string): tf.Tensor => {
  const found = tensors[name];
  if (found === undefined) throw new Error(`no tensor '${name}'`);
  return found;
};

describe.each(KINDS)('a program, $kind', ({ create }) => {
  it('begins with zeros, and holds what is written to it', () => {
    const program = create(programOf({ a: pair, n: { shape: [], dtype: 'int32' } }, {}));
    expect(program.readState()).toEqual({ a: new Float32Array(2), n: new Int32Array(1) });
    program.writeState({ n: Int32Array.of(-7) });
    program.writeState({ a: Float32Array.of(1.5, -0) });
    expect(program.readState()).toEqual({ a: Float32Array.of(1.5, -0), n: Int32Array.of(-7) });
    program.dispose();
  });

  it('swaps and mixes state from what it was before the call', () => {
    const body: ProgramFunction['body'] = (state) => {
      const [a, b, c] = [tensor(state, 'a'), tensor(state, 'b'), tensor(state, 'c')];
      return { outputs: { sum: tf.sum(a) }, state: { a: b, b: a, c: tf.add(tf.add(a, b), c) } };
    };
    const program = create(programOf({ a: pair, b: pair, c: pair }, { turn: functionOf({}, body) }));
    program.writeState({ a: Float32Array.of(1, 2), b: Float32Array.of(10, 20) });
    for (let call = 1; call <= 20; call += 1) {
      const before = program.readState();
      expect(program.run('turn', {})).toEqual({ sum: Float32Array.of(call % 2 === 1 ? 3 : 30) });
      const after = program.readState();
      expect(after.a).toEqual(before.b);
      expect(after.b).toEqual(before.a);
      expect(after.c).toEqual(Float32Array.of(11 * call, 22 * call));
    }
    program.dispose();
  });

  it('changes only the state that a function returns, and none in a function that returns none', () => {
    const program = create(
      programOf(
        { a: pair, b: pair },
        {
          raise: functionOf({ by: pair }, (state, inputs) => ({
            outputs: {},
            state: { a: tf.add(tensor(state, 'a'), tensor(inputs, 'by')) },
          })),
          look: functionOf({}, (state) => ({ outputs: { both: tf.add(tensor(state, 'a'), tensor(state, 'b')) } })),
        },
      ),
    );
    program.writeState({ b: Float32Array.of(5, 6) });
    expect(program.run('raise', { by: Float32Array.of(1, 2) })).toEqual({});
    expect(program.run('raise', { by: Float32Array.of(1, 2) })).toEqual({});
    expect(program.run('look', {})).toEqual({ both: Float32Array.of(7, 10) });
    expect(program.readState()).toEqual({ a: Float32Array.of(2, 4), b: Float32Array.of(5, 6) });
    program.dispose();
  });

  it('keeps state that was fed as it was fed, whatever becomes of the array', () => {
    const take = functionOf({ x: pair }, (_, inputs) => ({
      outputs: {},
      state: { a: tf.reshape(tf.reshape(tensor(inputs, 'x'), [2, 1]), [2]) },
    }));
    const program = create(programOf({ a: pair, b: pair }, { take }));
    // TensorFlow shares memory that begins at a multiple of 64 bytes: one of these does.
    const buffer = new ArrayBuffer(1024);
    const pairs = Array.from({ length: 16 }, (_, i) => new Float32Array(buffer, 4 * i, 2));
    for (const array of pairs) {
      array.set([1, 2]);
      program.run('take', { x: array });
      program.writeState({ b: array });
      array.fill(9);
      expect(program.readState()).toEqual({ a: Float32Array.of(1, 2), b: Float32Array.of(1, 2) });
    }
    program.dispose();
  });

  it('hands back inputs, state and constants as outputs', () => {
    const outside = tf.tensor1d([7, 8]);
    const body: ProgramFunction['body'] = (state, inputs) => ({
      outputs: { x: tensor(inputs, 'x'), again: tensor(inputs, 'x'), a: tensor(state, 'a'), outside },
    });
    const program = create(programOf({ a: pair }, { echo: functionOf({ x: pair }, body) }));
    const x = Float32Array.of(1, 2);
    expect(program.run('echo', { x })).toEqual({ x, again: x, a: new Float32Array(2), outside: Float32Array.of(7, 8) });
    program.dispose();
    expect(Array.from(outside.dataSync())).toEqual([7, 8]);
    outside.dispose();
  });

  it('keeps its state apart from another program', () => {
    const definition = programOf(
      { a: pair },
      { raise: functionOf({}, (state) => ({ outputs: {}, state: { a: tf.add(tensor(state, 'a'), 1) } })) },
    );
    const [one, other] = [create(definition), create(definition)];
    one.run('raise', {});
    one.run('raise', {});
    other.run('raise', {});
    expect(one.readState()).toEqual({ a: Float32Array.of(2, 2) });
    expect(other.readState()).toEqual({ a: Float32Array.of(1, 1) });
    one.dispose();
    other.run('raise', {});
    expect(other.readState()).toEqual({ a: Float32Array.of(2, 2) });
    other.dispose();
  });

  it('refuses values that are not the declared ones', () => {
    const program = create(
      programOf(
        { a: pair },
        {
          f: functionOf({ x: pair, n: { shape: [1], dtype: 'int32' } }, (_, { x }) => ({
            outputs: { y: x as tf.Tensor },
          })),
        },
      ),
    );
    const [x, n] = [new Float32Array(2), new Int32Array(1)];
    expect(() => program.run('g', { x, n })).toThrow("no function 'g'; it has: 'f'");
    expect(() => program.run('toString', { x, n })).toThrow(RangeError);
    expect(() => program.run('f', { x })).toThrow("input of 'f': 'n' missing");
    expect(() => program.run('f', { x, n, m: x })).toThrow("'m' is not declared; declared: 'x', 'n'");
    expect(() => program.run('f', { x: new Float32Array(3), n })).toThrow(
      "'x' must be Float32Array of 2 (shape [2]), got Float32Array of 3",
    );
    expect(() => program.run('f', { x: new Int32Array(2), n })).toThrow('got Int32Array of 2');
    expect(() => program.run('f', { x, n: new Float32Array(1) })).toThrow(RangeError);
    expect(() => program.run('f', { x: [1, 2] as unknown as Float32Array, n })).toThrow('got Array');
    expect(() => program.writeState({ b: x })).toThrow("state: 'b' is not declared");
    expect(() => program.writeState({ a: n })).toThrow(RangeError);
    program.dispose();
    expect(() => program.run('f', { x, n })).toThrow('disposed');
    expect(() => program.readState()).toThrow('disposed');
    program.dispose();
  });

  it('refuses a definition whose shapes or types cannot be meant', () => {
    expect(() => create(programOf({ a: { shape: [1.5], dtype: 'float32' } }, {}))).toThrow("state 'a'");
    expect(() => create(programOf({ a: { shape: [2], dtype: 'string' as 'int32' } }, {}))).toThrow('got string');
  });

  it.each<[string, ProgramFunction['body'], string]>([
    [
      'undeclared state',
      (_, { x }) => ({ outputs: {}, state: { z: x as tf.Tensor } }),
      "state 'z', which is not declared",
    ],
    [
      'state of another shape',
      (_, { x }) => ({ outputs: {}, state: { a: tf.reshape(tf.sum(x as tf.Tensor), [1]) } }),
      'declared is float32 [2]',
    ],
    [
      'state of another type',
      (_, { x }) => ({ outputs: {}, state: { a: tf.cast(x as tf.Tensor, 'int32') } }),
      'as int32 [2]',
    ],
    ['a truth value', (_, { x }) => ({ outputs: { y: tf.greater(x as tf.Tensor, 0) } }), 'is bool'],
    ['no tensor', () => ({ outputs: { y: 1 as unknown as tf.Tensor } }), 'is not a tensor'],
    [
      'random numbers',
      (_, { x }) => ({ outputs: { y: tf.add(x as tf.Tensor, tf.randomNormal([2])) } }),
      'draws random numbers',
    ],
    ['dropout', (_, { x }) => ({ outputs: { y: tf.dropout(x as tf.Tensor, 0.5) } }), 'draws random numbers'],
    [
      'a number of Math.random',
      (_, { x }) => ({ outputs: { y: tf.mul(x as tf.Tensor, Math.random()) } }),
      'draws random numbers',
    ],
  ])('refuses a body that returns %s', (_, body, message) => {
    const tensorsBefore = tf.memory().numTensors;
    const definition = programOf({ a: pair }, { f: functionOf({ x: pair }, body) });
    const attempt = (): void => {
      const program = create(definition);
      try {
        program.run('f', { x: new Float32Array(2) });
      } finally {
        program.dispose();
      }
    };
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    expect(Math.random()).toBeLessThan(1);
  });

  it('leaves no tensor behind in 200 lives', () => {
    const definition = programOf(
      { a: pair },
      {
        raise: functionOf({ x: pair }, (state, { x }) => ({
          outputs: {},
          state: { a: tf.add(tensor(state, 'a'), x as tf.Tensor) },
        })),
      },
    );
    const tensorsBefore = tf.memory().numTensors;
    const nativeBefore = nativeTensors();
    for (let life = 0; life < 200; life += 1) {
      const program = create(definition);
      program.run('raise', { x: Float32Array.of(1, 2) });
      program.dispose();
    }
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    expect(nativeTensors()).toBe(nativeBefore);
  });
});

const nativeTensors = (): number => (tf.backend() as unknown as { getNumOfTFTensors(): number }).getNumOfTFTensors();
