import * as tf from '@tensorflow/tfjs-core';
import type { Result } from '../domain/core/result';
import { fail, ok } from '../domain/core/result';
import type { EngineDescription, TensorEngine } from '../domain/models/engines';
import type { NativeParts } from '../shared/runtime/native-parts';
import { openTensorBackend } from '../shared/runtime/tensorflow/open-engine';
import { createEagerProgram } from '../training/graph/eager-program';
import { createGraphProgram } from '../training/graph/graph-program';

/**
 * Opens the tensor library when it is first asked for, once a process: it takes a third of a second and some two hundred
 * megabytes, which a process that fits no net shall not pay.
 */
export function lazyTensorEngine(parts: NativeParts, threads: number): () => Promise<Result<TensorEngine>> {
  let opened: Promise<Result<TensorEngine>> | null = null;
  return () => (opened ??= openTensorEngine(parts, threads));
}

async function openTensorEngine(parts: NativeParts, threads: number): Promise<Result<TensorEngine>> {
  if (!parts.tensorflow.found) return fail('EngineUnavailable', parts.tensorflow.remedy);
  await openTensorBackend(parts.tensorflow, threads);
  const backend = tf.backend();
  return ok({
    description: describeTensorEngine(parts, threads),
    createProgram: (definition) =>
      tf.getBackend() === 'tensorflow' ? createGraphProgram(backend, definition) : createEagerProgram(definition),
  });
}

/** The same description without loading anything. */
export function describeTensorEngine({ tensorflow }: NativeParts, threads: number): EngineDescription {
  return {
    library: 'tensorflow',
    version: tensorflow.found ? tensorflow.version : 'missing',
    ...(tensorflow.found && tensorflow.sha256 !== null ? { librarySha256: tensorflow.sha256 } : {}),
    threads,
    device: 'cpu',
  };
}
