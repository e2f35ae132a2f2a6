import * as tf from '@tensorflow/tfjs-core';
import { createEagerProgram } from '../../../training/graph/eager-program';
import { createGraphProgram } from '../../../training/graph/graph-program';
import { openTestBackend } from '../../support/tensor-backend';
import { WORK_CASES, WORK_INPUTS, workProgram } from './program-cases';

beforeAll(openTestBackend);

it.each(WORK_CASES)('traced as operation by operation, and its gradient: $name', (given) => {
  const tensorsBefore = tf.memory().numTensors;
  const [graph, eager] = [createGraphProgram(tf.backend(), workProgram(given)), createEagerProgram(workProgram(given))];
  const [traced, direct] = [graph.run('work', WORK_INPUTS), eager.run('work', WORK_INPUTS)];
  for (const name of ['value', 'gradient'])
    expectClose(Array.from(traced[name] ?? []), Array.from(direct[name] ?? []), 1e-6);
  expect(Array.from(traced.gradient ?? []).some((value) => value !== 0)).toBe(true);
  graph.dispose();
  eager.dispose();
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

function expectClose(given: readonly number[], expected: readonly number[], relative: number): void {
  expect(given.length).toBe(expected.length);
  given.forEach((value, i) => {
    const other = expected[i] ?? NaN;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(other)));
  });
}
