import * as tf from '@tensorflow/tfjs-core';
import { createEagerProgram } from '../../../training/graph/eager-program';
import { createGraphProgram } from '../../../training/graph/graph-program';
import { installFasterKernels } from '../../../training/graph/kernels/install';
import { openTestBackend } from '../../support/tensor-backend';
import { expectClose } from './expect-close';
import { WORK_CASES, WORK_INPUTS, workProgram } from './program-cases';

beforeAll(async () => {
  await openTestBackend();
  installFasterKernels();
});

it.each(WORK_CASES)('traced as operation by operation, and its gradient: $name', (given) => {
  const tensorsBefore = tf.memory().numTensors;
  const [graph, eager] = [createGraphProgram(tf.backend(), workProgram(given)), createEagerProgram(workProgram(given))];
  const [traced, direct] = [graph.run('work', WORK_INPUTS), eager.run('work', WORK_INPUTS)];
  for (const name of ['value', 'gradient']) expectClose(traced[name], direct[name], 1e-6);
  expect(Array.from(traced.gradient ?? []).some((value) => value !== 0)).toBe(true);
  graph.dispose();
  eager.dispose();
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});
