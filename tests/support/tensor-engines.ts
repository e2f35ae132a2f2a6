import * as tf from '@tensorflow/tfjs-core';
import type { TensorEngine } from '../../domain/models/engines';
import { createEagerProgram } from '../../training/graph/eager-program';
import { createGraphProgram } from '../../training/graph/graph-program';

const description = { library: 'tfjs-node', version: '4.22.0', threads: 1, device: 'cpu' } as const;

/** Runs programs operation by operation: quick to start, which is what small tests need. After `openTestBackend`. */
export const eagerEngine: TensorEngine = { description, createProgram: createEagerProgram };

/** Runs programs as traced graphs, as a trainer does. After `openTestBackend`. */
export const graphEngine: TensorEngine = {
  description,
  createProgram: (definition) => createGraphProgram(tf.backend(), definition),
};
