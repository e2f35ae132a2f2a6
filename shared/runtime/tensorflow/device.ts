import { existsSync, readdirSync } from 'node:fs';
import { z } from 'zod';
import type { TensorLibraryWanted } from './choose-library';

/**
 * Whether this process may use an NVIDIA GPU: the driver shows one and `CUDA_VISIBLE_DEVICES` does not hide it (set to nothing,
 * or to -1). `exists` looks for the driver's files.
 */
export function gpuIsVisible(env: NodeJS.ProcessEnv, exists: (path: string) => boolean = existsSync): boolean {
  const devices = env.CUDA_VISIBLE_DEVICES?.trim();
  if (devices === '' || devices?.startsWith('-1') === true) return false;
  // The second is the driver under Windows Subsystem for Linux.
  return exists('/dev/nvidia0') || exists('/usr/lib/wsl/lib/libcuda.so.1');
}

/** What `CANDLEWICK_TENSORFLOW` asks for; `auto` where it is not set. Throws an Error that a person can read. */
export function tensorLibraryWanted(env: NodeJS.ProcessEnv): TensorLibraryWanted {
  const asked = env.CANDLEWICK_TENSORFLOW ?? '';
  if (asked === '') return 'auto';
  const parsed = z.enum(['cpu', 'gpu', 'wasm']).safeParse(asked);
  if (parsed.success) return parsed.data;
  throw new Error(`CANDLEWICK_TENSORFLOW is '${asked}'; set it to cpu, gpu or wasm, or unset it.`);
}

/** The graphics processors that this process may use, as `CUDA_VISIBLE_DEVICES` names them. */
export function visibleGpus(
  env: NodeJS.ProcessEnv,
  filesOf: (folder: string) => readonly string[] = filesIn,
): readonly string[] {
  const named = env.CUDA_VISIBLE_DEVICES;
  if (named === undefined) {
    return filesOf('/dev')
      .flatMap((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? [])
      .sort((a, b) => Number(a) - Number(b));
  }
  const listed = named.split(',').map((name) => name.trim());
  // CUDA itself reads the list up to the first name that is none.
  const end = listed.findIndex((name) => name === '' || name === '-1');
  return end < 0 ? listed : listed.slice(0, end);
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
