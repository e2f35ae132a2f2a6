import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKoffi } from '../lightgbm/koffi';

const STANDARD_ERROR = 2;

/** Notes of TensorFlow about itself, and absl's about where they are written: printed before anything can silence them. */
const NOISE = /^(WARNING: All log messages before absl::InitializeLog|[IW]\d{4} |To enable the following instructions)/;

/**
 * Runs `load` with the standard error kept back, and lets through afterwards what is no noise: all of it where `load` throws.
 * TensorFlow writes notes while its library is loaded, past JavaScript and past its own log level.
 */
export async function quietly<T>(load: () => T): Promise<T> {
  const duplicate = await duplicators();
  if (duplicate === null) return load();
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-stderr-'));
  const kept = join(folder, 'kept');
  const file = openSync(kept, 'w');
  const original = duplicate.dup(STANDARD_ERROR);
  let thrown = true;
  try {
    duplicate.dup2(file, STANDARD_ERROR);
    const value = load();
    thrown = false;
    return value;
  } finally {
    duplicate.dup2(original, STANDARD_ERROR);
    closeSync(original);
    closeSync(file);
    const text = readFileSync(kept, 'utf8');
    rmSync(folder, { recursive: true, force: true });
    const words = thrown ? text : withoutNoise(text);
    if (words !== '') writeSync(STANDARD_ERROR, words);
  }
}

/** The text without its lines of noise. */
export function withoutNoise(text: string): string {
  return text
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .join('\n');
}

interface Duplicators {
  readonly dup: (descriptor: number) => number;
  readonly dup2: (from: number, to: number) => number;
}

/** The C library's calls, which Node.js does not offer; null where they cannot be had. */
async function duplicators(): Promise<Duplicators | null> {
  try {
    const koffi = await loadKoffi();
    const library = koffi.load(process.platform === 'darwin' ? 'libSystem.dylib' : 'libc.so.6');
    const dup = library.func('int dup(int)') as (descriptor: number) => number;
    const dup2 = library.func('int dup2(int, int)') as (from: number, to: number) => number;
    return { dup, dup2 };
  } catch {
    return null;
  }
}
