import { sha256Hex } from './hash';
import { StoreError } from './port';

/** File systems hold names of 255 bytes; a longer one is cut and told apart by a hash. */
const MAX_NAME_CHARACTERS = 180;

const SEGMENT = /^[A-Za-z0-9._%+=@-]+$/;

/** Refuses keys that could leave the root of the store or that some file system cannot hold. */
export function assertStoreKey(key: string): void {
  const segments = key.split('/');
  const sound = segments.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
  if (!sound) {
    throw new StoreError(
      'StoreUnavailable',
      `'${key}' is not a store key: expected segments of letters, digits and . _ - % + = @`,
    );
  }
}

/** One key segment for any text: what a key cannot hold is percent-encoded, so that different texts never meet. */
export function keySegment(text: string): string {
  // A lone `%` and `%u` are never the work of percent-encoding.
  if (text === '') return '%';
  if (text === '.' || text === '..') return text.replaceAll('.', '%2E');
  return Array.from(text, encodeCharacter).join('');
}

/** A key segment of at most 180 characters: a longer one is cut and told apart by a hash. */
export function nameSegment(text: string): string {
  const name = keySegment(text);
  if (name.length <= MAX_NAME_CHARACTERS) return name;
  return `${name.slice(0, MAX_NAME_CHARACTERS - 17)}=${sha256Hex(name).slice(0, 16)}`;
}

function encodeCharacter(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase();
  if (/[!'()*~]/.test(character)) return `%${code}`;
  return /\p{Surrogate}/u.test(character) ? `%u${code}` : encodeURIComponent(character);
}

/** The folder of a run, from its workflow id (which may hold `/` and anything else a person types in the UI). */
export function runFolder(runId: string): string {
  const name = runId.split('/').map(keySegment).join('+');
  if (name.length <= MAX_NAME_CHARACTERS) return `runs/${name}`;
  return `runs/${name.slice(0, MAX_NAME_CHARACTERS - 17)}=${sha256Hex(runId).slice(0, 16)}`;
}
