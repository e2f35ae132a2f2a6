import { sha256Hex } from './hash';
import { StoreError } from './port';

/** File systems hold names of 255 bytes; a longer one is cut and told apart by a hash. */
const MAX_NAME_CHARACTERS = 180;

const SEGMENT = /^[A-Za-z0-9._%+=@-]+$/;

/** Whether a key can neither leave the root of the store nor be one that some file system cannot hold. */
export function isStoreKey(key: string): boolean {
  return key.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
}

/** Refuses what is no store key. Throws StoreUnavailable. */
export function assertStoreKey(key: string): void {
  if (isStoreKey(key)) return;
  throw new StoreError(
    'StoreUnavailable',
    `'${key}' is not a store key: expected segments of letters, digits and . _ - % + = @`,
  );
}

/** The folder that a listing is asked for, without its last `/`. Throws StoreUnavailable for what is no store key. */
export function folderOfPrefix(prefix: string): string {
  const folder = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  assertStoreKey(folder);
  return folder;
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
