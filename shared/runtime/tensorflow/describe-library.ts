import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineDescription } from '../../../domain/models/engines';
import { chooseTensorLibrary, type TensorLibraryChoice, type TensorLibraryRequest } from './choose-library';

/**
 * What nets are computed by, for keys and manifests, without loading anything: the very description that `openTensorLibrary`
 * answers with. `hashOf` gives the SHA-256 of a small file. Where nothing can be opened the version is `missing`.
 */
export function describeTensorLibrary(
  request: TensorLibraryRequest,
  hashOf: (path: string) => string,
): EngineDescription {
  const choice = chooseTensorLibrary(request);
  if (!choice.ok) return { library: 'tensorflow', version: 'missing', threads: request.threads, device: 'cpu' };
  return describeChoice(choice.value, request.threads, hashOf);
}

/** The description of what was chosen. */
export function describeChoice(
  { kind, part }: TensorLibraryChoice,
  threads: number,
  hashOf: (path: string) => string,
): EngineDescription {
  const { version } = part;
  if (kind === 'wasm') {
    return { library: 'tfjs-wasm', version, librarySha256: hashOf(wasmFile(part.path)), threads: 1, device: 'cpu' };
  }
  const rows = [hashOf(part.path), ...(part.companions?.map(({ sha256 }) => sha256) ?? librarySizes(part.path))];
  const librarySha256 = createHash('sha256').update(rows.join('\n')).digest('hex');
  return { library: 'tensorflow', version, librarySha256, threads, device: kind };
}

/** The one WASM binary that is used: with vector instructions, without threads (Node.js has none of the latter). */
export function wasmFile(packageFolder: string): string {
  return join(packageFolder, 'dist', 'tfjs-backend-wasm-simd.wasm');
}

/** SHA-256 of a file that is read whole: for the binding and the WASM binary, not for TensorFlow's 800 MB. */
export function sha256OfSmallFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Names and sizes of TensorFlow's libraries beside a binding of which nothing was recorded. */
function librarySizes(binding: string): readonly string[] {
  const folder = join(binding, '..', '..', '..', 'deps', 'lib');
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => `${name} ${statSync(join(folder, name)).size}`);
  } catch {
    return [];
  }
}
