import type { Result } from '../domain/core/result';
import { ok } from '../domain/core/result';
import type { EngineDescription, TensorEngine } from '../domain/models/engines';
import type { NativeParts } from '../shared/runtime/native-parts';
import type { TensorLibraryRequest } from '../shared/runtime/tensorflow/choose-library';
import { describeTensorLibrary } from '../shared/runtime/tensorflow/describe-library';
import { gpuIsVisible, tensorLibraryWanted } from '../shared/runtime/tensorflow/device';
import { openTensorLibrary } from '../shared/runtime/tensorflow/open-library';
import { createEagerProgram } from '../training/graph/eager-program';
import { createGraphProgram } from '../training/graph/graph-program';
import { installFasterKernels } from '../training/graph/kernels/install';

/** How this process computes nets: on how many threads, and on what, as its environment says. */
export interface TensorSetting {
  readonly threads: number;
  readonly wanted: TensorLibraryRequest['wanted'];
  readonly deviceVisible: boolean;
}

/**
 * The processor, unless the environment says otherwise: what stands in a queue's name, and not what a machine happens to
 * have, decides on what a model is computed.
 */
export function tensorSettingOf(env: NodeJS.ProcessEnv, threads: number): TensorSetting {
  const asked = tensorLibraryWanted(env);
  return { threads, wanted: asked === 'auto' ? 'cpu' : asked, deviceVisible: gpuIsVisible(env) };
}

/**
 * Opens the tensor library when it is first asked for, once a process: it takes a third of a second and some two hundred
 * megabytes, which a process that fits no net shall not pay.
 */
export function lazyTensorEngine(parts: NativeParts, setting: TensorSetting): () => Promise<Result<TensorEngine>> {
  let opened: Promise<Result<TensorEngine>> | null = null;
  return () => (opened ??= openTensorEngine({ parts, ...setting }));
}

async function openTensorEngine(request: TensorLibraryRequest): Promise<Result<TensorEngine>> {
  const library = await openTensorLibrary(request);
  if (!library.ok) return library;
  const { kind, backend, description } = library.value;
  if (kind === 'wasm') return ok({ description, createProgram: createEagerProgram });
  installFasterKernels();
  return ok({ description, createProgram: (definition) => createGraphProgram(backend, definition) });
}

/** The same description without loading anything. */
export function describeTensorEngine(
  parts: NativeParts,
  setting: TensorSetting,
  hashOf: (path: string) => string,
): EngineDescription {
  return describeTensorLibrary({ parts, ...setting }, hashOf);
}
