import { z } from 'zod';
import type { ComputationName } from '../names/stages';
import { mapBounded } from './bounded';
import { canonicalBytes } from './hash';
import { parsedOrNull } from './json-bytes';
import { keySegment, runFolder } from './keys';
import type { ObjectStore } from './port';
import { getEvenDamaged } from './port';

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
  /** The name of its log below `runs/<run>/`; not there where none was written. */
  log: z.string().optional(),
  /** Of a net: where its training was; null for computations without checkpoints. */
  training: z
    .strictObject({
      resumedAtStep: z.number(),
      step: z.number(),
      /** Updates in the newest checkpoint, and when it was first heard of. */
      savedStep: z.number(),
      savedAtMs: z.number(),
    })
    .nullable(),
});

/** One computation of a stage, from its start: how often a key was computed, and what was thrown away, is counted here. */
export type AttemptRecord = z.infer<typeof attemptSchema>;

export interface AttemptLog {
  /** Writes or replaces the record of an attempt. */
  write(record: AttemptRecord): Promise<void>;
  ofRun(runId: string): Promise<readonly AttemptRecord[]>;
  ofKey(runId: string, stage: ComputationName, key: string): Promise<readonly AttemptRecord[]>;
}

export function createAttemptLog(objects: ObjectStore): AttemptLog {
  const readAll = async (folder: string): Promise<readonly AttemptRecord[]> => {
    const keys = await objects.list(`${folder}/`);
    // What cannot be read is left out: counting must not stop a report.
    const records = await mapBounded(keys, async (key) =>
      parsedOrNull(attemptSchema, await getEvenDamaged(objects, key)),
    );
    return records.filter((record) => record !== null);
  };
  return {
    write: async (record) => {
      const name = `${keyFolder(record.runId, record.stage, record.key)}/${keySegment(record.attemptId)}.json`;
      await objects.put(name, canonicalBytes(record), { ifAbsent: false });
    },
    ofRun: (runId) => readAll(attemptFolder(runId)),
    ofKey: (runId, stage, key) => readAll(keyFolder(runId, stage, key)),
  };
}

/** Seconds of work that ended in no published result: killed, failed, stopped, or overtaken by another attempt. */
export function wastedSeconds(attempts: readonly AttemptRecord[]): number {
  return interruptedOf(attempts).reduce((sum, attempt) => sum + lostSeconds(attempt), 0);
}

/** Attempts that ended, or were last heard of, without a published result. */
export function interruptedOf(attempts: readonly AttemptRecord[]): readonly AttemptRecord[] {
  return attempts.filter((attempt) => attempt.outcome !== 'published');
}

/** What an interrupted attempt threw away: the work since its last checkpoint, or all of it. */
export function lostSeconds({ startedAtMs, endedAtMs, lastSeenMs, training }: AttemptRecord): number {
  const keptUntilMs =
    training !== null && training.savedStep > training.resumedAtStep ? training.savedAtMs : startedAtMs;
  return Math.max(0, ((endedAtMs ?? lastSeenMs) - keptUntilMs) / 1000);
}

/** The same in updates of a net; null for computations without checkpoints. */
export function lostSteps({ training }: AttemptRecord): number | null {
  return training === null ? null : Math.max(0, training.step - training.savedStep);
}

function attemptFolder(runId: string): string {
  return `${runFolder(runId)}/attempts`;
}

/** A folder of its own for each key: a run of a thousand symbols has ten thousand attempts, and a failure asks for one key's. */
function keyFolder(runId: string, stage: string, key: string): string {
  return `${attemptFolder(runId)}/${keySegment(stage)}/${keySegment(key)}`;
}
