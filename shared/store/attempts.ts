import { z } from 'zod';
import type { StageName } from '../names/stages';
import { canonicalBytes } from './hash';
import { keySegment, runFolder } from './keys';
import type { ObjectStore } from './port';

const attemptSchema = z.strictObject({
  attemptId: z.string(),
  runId: z.string(),
  symbol: z.string(),
  stage: z.string(),
  part: z.string(),
  key: z.string(),
  /** Run id of the workflow execution that asked for it. */
  execution: z.string(),
  activityAttempt: z.number(),
  host: z.string(),
  startedAtMs: z.number(),
  lastSeenMs: z.number(),
  endedAtMs: z.number().nullable(),
  outcome: z.enum(['running', 'published', 'adopted', 'failed', 'stopped']),
  code: z.string().nullable(),
});

/** One computation of a stage, from its start: how often a key was computed, and what was thrown away, is counted here. */
export type AttemptRecord = z.infer<typeof attemptSchema>;

export interface AttemptLog {
  /** Writes or replaces the record of an attempt. */
  write(record: AttemptRecord): Promise<void>;
  ofRun(runId: string): Promise<readonly AttemptRecord[]>;
  ofKey(runId: string, stage: StageName, key: string): Promise<readonly AttemptRecord[]>;
}

export function createAttemptLog(objects: ObjectStore): AttemptLog {
  const readAll = async (prefix: string, folder: string): Promise<readonly AttemptRecord[]> => {
    const keys = (await objects.list(`${folder}/`)).filter((key) => key.startsWith(prefix));
    const records = await Promise.all(keys.map(async (key) => parseRecord(await objects.get(key))));
    return records.filter((record) => record !== null);
  };
  return {
    write: async (record) => {
      const name = `${attemptPrefix(record.stage, record.key)}${keySegment(record.attemptId)}.json`;
      await objects.put(`${attemptFolder(record.runId)}/${name}`, canonicalBytes(record), { ifAbsent: false });
    },
    ofRun: (runId) => readAll(`${attemptFolder(runId)}/`, attemptFolder(runId)),
    ofKey: (runId, stage, key) => {
      const folder = attemptFolder(runId);
      return readAll(`${folder}/${attemptPrefix(stage, key)}`, folder);
    },
  };
}

/** Seconds of work that ended in no published result: killed, failed, stopped, or overtaken by another attempt. */
export function wastedSeconds(attempts: readonly AttemptRecord[]): number {
  const lost = attempts.filter((attempt) => attempt.outcome !== 'published');
  return lost.reduce(
    (sum, attempt) => sum + ((attempt.endedAtMs ?? attempt.lastSeenMs) - attempt.startedAtMs) / 1000,
    0,
  );
}

function attemptFolder(runId: string): string {
  return `${runFolder(runId)}/attempts`;
}

function attemptPrefix(stage: string, key: string): string {
  return `${stage}-${key}-`;
}

/** null for what cannot be read: counting must not stop a report. */
function parseRecord(bytes: Uint8Array | null): AttemptRecord | null {
  if (bytes === null) return null;
  try {
    return attemptSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
}
