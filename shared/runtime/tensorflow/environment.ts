import { delimiter } from 'node:path';
import type { TensorLibraryChoice } from './choose-library';

/**
 * What TensorFlow reads from the environment while its library is loaded, and never again. One operation at a time, on
 * `threads` threads: sums are then added up in the same order every time. Memory of a GPU is taken as it is needed, not whole.
 */
export function tensorEnvironment(threads: number): Readonly<Record<string, string>> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    OMP_NUM_THREADS: String(threads),
    // Errors only; its notes about instruction sets are of no use to anybody here.
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  };
}

/**
 * What the environment of a process must hold when it is started, so that it can open this choice: as `tensorEnvironment`, and
 * the folders of the CUDA libraries, which the system's loader looks up once, at the start. `env` is what the process gets otherwise.
 */
export function tensorChildEnvironment(
  choice: TensorLibraryChoice,
  threads: number,
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const folders = choice.kind === 'gpu' ? (choice.part.libraryPath ?? []) : [];
  if (folders.length === 0) return tensorEnvironment(threads);
  const before = env.LD_LIBRARY_PATH ?? '';
  const path = [...folders, ...(before === '' ? [] : [before])].join(delimiter);
  return { ...tensorEnvironment(threads), LD_LIBRARY_PATH: path };
}
