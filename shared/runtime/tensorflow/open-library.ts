import type * as tf from '@tensorflow/tfjs-core';
import type { Fault, Result } from '../../../domain/core/result';
import type { EngineDescription } from '../../../domain/models/engines';
import { chooseTensorLibrary, type TensorLibraryKind, type TensorLibraryRequest } from './choose-library';
import { describeChoice, sha256OfSmallFile } from './describe-library';
import { openTensorFlow } from './open-tensorflow';
import { openWasm } from './open-wasm';

/** The tensor library of this process: tfjs's present backend, of which a process has one. */
export interface TensorLibrary {
  readonly kind: TensorLibraryKind;
  readonly description: EngineDescription;
  readonly backend: tf.KernelBackend;
  /** Why this one, in a sentence. */
  readonly reason: string;
}

/**
 * Chooses a library, loads it, and makes it tfjs's backend of this process. Opening it again gives the same backend.
 *
 * `EngineUnavailable`, with what to do, where there is nothing to open; `DeviceFailure`, in the loader's words, where what was
 * chosen does not load. Throws a RangeError where this process has TensorFlow loaded already on another device or with another
 * number of threads: both are fixed while it is loaded.
 */
export async function openTensorLibrary(request: TensorLibraryRequest): Promise<Result<TensorLibrary>> {
  if (!Number.isInteger(request.threads) || request.threads < 1) {
    throw new RangeError(`threads must be a whole number of at least 1, got ${request.threads}.`);
  }
  const choice = chooseTensorLibrary(request);
  if (!choice.ok) return choice;
  const { kind, part, reason } = choice.value;
  try {
    const description = describeChoice(choice.value, request.threads, sha256OfSmallFile);
    const backend = kind === 'wasm' ? await openWasm(part.path) : await openTensorFlow(part, kind, request.threads);
    return { ok: true, value: { kind, description, backend, reason } };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    return refused(
      'DeviceFailure',
      `${part.path} does not load: ${words}. Run ./candlewick setup, then ./candlewick doctor.`,
    );
  }
}

function refused(code: string, message: string): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { code, message } };
}
