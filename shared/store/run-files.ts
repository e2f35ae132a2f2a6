import type { RunRecord } from '../contracts/run-record';
import { RUN_RECORD_VERSION } from '../contracts/run-record';
import { runFolder } from './keys';
import type { ObjectStore } from './port';
import { StoreError } from './port';

export function runRecordKey(runId: string): string {
  return `${runFolder(runId)}/run.json`;
}

export function runReportKey(runId: string): string {
  return `${runFolder(runId)}/report.html`;
}

/** The record of a run, or null while it has none. Throws ArtifactCorrupt for one of an unknown version. */
export async function readRunRecord(objects: ObjectStore, runId: string): Promise<RunRecord | null> {
  const bytes = await objects.get(runRecordKey(runId));
  if (bytes === null) return null;
  const parsed = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<RunRecord>;
  if (parsed.schemaVersion === RUN_RECORD_VERSION) return parsed as RunRecord;
  throw new StoreError(
    'ArtifactCorrupt',
    `${runRecordKey(runId)} has version ${String(parsed.schemaVersion)}; expected ${String(RUN_RECORD_VERSION)}`,
  );
}
