import { mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PLATFORM } from './paths.mjs';
import { hashFile, writeAtomically } from './stamp.mjs';

const EMPTY = { schemaVersion: 1, platform: PLATFORM, parts: {} };

/** Where the cache records what was set up. `shared/runtime/native-parts.ts` reads the same file. */
const manifestPath = (cache) => join(cache, 'native.json');

/** The recorded parts; empty when nothing is recorded, or what is recorded is damaged or of another platform. */
export function readManifest(cache, platform = PLATFORM) {
  let value;
  try {
    value = JSON.parse(readFileSync(manifestPath(cache), 'utf8'));
  } catch {
    return EMPTY;
  }
  if (value?.schemaVersion !== 1 || value.platform !== platform) return EMPTY;
  const parts = Object.entries(value.parts ?? {}).filter(([, part]) => isPart(part));
  return { ...EMPTY, platform, parts: Object.fromEntries(parts) };
}

/** Records one part beside the others. The caller holds the cache's lock. */
export function recordPart(cache, name, part) {
  const manifest = readManifest(cache);
  const next = { ...manifest, parts: { ...manifest.parts, [name]: part } };
  writeAtomically(manifestPath(cache), `${JSON.stringify(next, null, 2)}\n`);
}

/** Whether a recorded part is still in place, by existence and size: cheap enough for every start. */
export function isInPlace(part) {
  if (part === undefined) return false;
  if (part.path === null) return true;
  try {
    return [part, ...companionsOf(part)].every(({ path, bytes }) => statSync(path).size === bytes);
  } catch {
    return false;
  }
}

/** Whether a recorded part still has the bytes that were set up. Reads its files whole. */
export async function isIntact(part) {
  if (!isInPlace(part)) return false;
  if (part.path === null) return true;
  for (const { path, sha256 } of [part, ...companionsOf(part)]) {
    if ((await hashFile(path)) !== sha256) return false;
  }
  return true;
}

/** The record of a file that was just put in place, and of the `companions` that it loads by itself. */
export async function partOf(path, version, from, companions = []) {
  const file = await fileRecord(path);
  if (companions.length === 0) return { path, version, from, sha256: file.sha256, bytes: file.bytes };
  const others = [];
  for (const companion of companions) others.push(await fileRecord(companion));
  return { ...file, version, from, companions: others };
}

async function fileRecord(path) {
  return { path, sha256: await hashFile(path), bytes: statSync(path).size };
}

const companionsOf = (part) => part.companions ?? [];

/** Moves a finished file to its place in the cache in one step. Both lie in the cache, hence on one file system. */
export function moveIntoCache(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

function isPart(part) {
  if (typeof part !== 'object' || part === null || typeof part.from !== 'string') return false;
  if (part.path === null) return part.sha256 === null;
  const companions = part.companions ?? [];
  return typeof part.version === 'string' && Array.isArray(companions) && [part, ...companions].every(isFileRecord);
}

function isFileRecord(file) {
  return typeof file?.path === 'string' && /^[0-9a-f]{64}$/.test(file.sha256) && Number.isInteger(file.bytes);
}
