import type { RunRecord } from '../contracts/run-record';
import { RUN_RECORD_VERSION } from '../contracts/run-record';
import { mapBounded } from './bounded';
import { jsonOf } from './json-bytes';
import { runFolder } from './keys';
import type { ObjectStore } from './port';
import { getEvenDamaged, StoreError } from './port';

export function runRecordKey(runId: string): string {
  return `${runFolder(runId)}/run.json`;
}

export function runReportKey(runId: string): string {
  return `${runFolder(runId)}/report.html`;
}

/** The record of a run, or null while it has none. Throws ArtifactCorrupt for a damaged one or one of an unknown version. */
export async function readRunRecord(objects: ObjectStore, runId: string): Promise<RunRecord | null> {
  const key = runRecordKey(runId);
  const bytes = await objects.get(key);
  return bytes === null ? null : parseRunRecord(bytes, key);
}

/**
 * What is wanted of every record of the store that can be read, the latest run first. A record holds all that a report
 * tells; only what `pick` takes of it stays in memory.
 */
export async function listRunRecords<T>(objects: ObjectStore, pick: (record: RunRecord) => T): Promise<readonly T[]> {
  const picked = await mapBounded(await objects.listFolders('runs/'), async (folder) => {
    const key = `${folder}run.json`;
    const record = readable(await getEvenDamaged(objects, key), key);
    return record === null ? null : { startedAt: record.startedAt, of: pick(record) };
  });
  return picked
    .filter((entry) => entry !== null)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
    .map(({ of }) => of);
}

function readable(bytes: Uint8Array | null, key: string): RunRecord | null {
  try {
    return bytes === null ? null : parseRunRecord(bytes, key);
  } catch {
    return null;
  }
}

/** A record as stored; `key` says in the fault which one it was. Throws ArtifactCorrupt. */
export function parseRunRecord(bytes: Uint8Array, key: string): RunRecord {
  const parsed = parseJson(bytes, key) as Partial<RunRecord> | null;
  if (parsed?.schemaVersion === RUN_RECORD_VERSION) return parsed as RunRecord;
  throw new StoreError(
    'ArtifactCorrupt',
    `${key} has version ${String(parsed?.schemaVersion)}; expected ${String(RUN_RECORD_VERSION)}`,
  );
}

function parseJson(bytes: Uint8Array, key: string): unknown {
  try {
    return jsonOf(bytes);
  } catch (error) {
    throw new StoreError(
      'ArtifactCorrupt',
      `${key} is damaged; run ./candlewick resume or retry to have it written again`,
      { cause: error },
    );
  }
}
