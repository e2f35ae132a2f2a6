import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The text of a stamp file, or null where there is none. */
export function readStamp(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** Writes a small file whole or not at all: a set-up killed here finds either the old text or the new one. */
export function writeAtomically(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** SHA-256 of a text, hexadecimal. */
export function hashText(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 of a file's bytes, hexadecimal. */
export async function hashFile(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** One hash over names, sizes and modification times: cheap enough for every start, and any edit changes it. */
export function fingerprint(files) {
  const rows = files.map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path}\t${size}\t${mtimeMs}`;
  });
  return hashText(rows.sort().join('\n'));
}

/** Every file below a folder for which `wanted(name)` holds; none where the folder does not exist. */
export function filesBelow(folder, wanted) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path, wanted);
    return wanted(entry.name) ? [path] : [];
  });
}
