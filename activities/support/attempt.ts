import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ComputationName } from '../../shared/names/stages';
import type { AttemptLog, AttemptRecord } from '../../shared/store/attempts';

export interface Attempt {
  readonly id: string;
  /** Enters where a net's training is, with the next sign of life. */
  readonly trained: (at: { readonly step: number; readonly savedStep: number; readonly resumedAtStep: number }) => void;
  /** Enters how it ended. Must be called, for until then the record says that the computation is alive. */
  readonly end: (outcome: Exclude<AttemptRecord['outcome'], 'running'>, code: string | null) => Promise<void>;
  /** Enters, after the end, where the log of this attempt was kept; null: nowhere. Never fails. */
  readonly logged: (place: string | null) => Promise<void>;
}

/** How exactly the time that a kill throws away is known; a write of a kilobyte each. */
const SEEN_EVERY_MS = 500;
/** A store that is full or away when an attempt ends is told of the end for as long as half an hour. */
const END_AGAIN_EVERY_MS = 1_000;
const END_AGAIN_TIMES = 1_800;

/**
 * Enters a computation in the run's log before it starts, so that a killed one is counted too, and goes on saying that it
 * is alive until it ends.
 */
export async function beginAttempt(
  log: AttemptLog,
  about: {
    runId: string;
    symbol: string;
    stage: ComputationName;
    part: string;
    key: string;
    execution: string;
    activityAttempt: number;
  },
  onEnd: (record: AttemptRecord) => void = () => undefined,
): Promise<Attempt> {
  const startedAtMs = Date.now();
  let record: AttemptRecord = {
    ...about,
    attemptId: randomUUID(),
    host: `${hostname()}#${String(process.pid)}`,
    startedAtMs,
    lastSeenMs: startedAtMs,
    endedAtMs: null,
    outcome: 'running',
    code: null,
    training: null,
  };
  // One write at a time, in order: a late touch must never overwrite the end.
  let writing = log.write(record);
  let isTouching = false;
  await writing;
  const write = (next: AttemptRecord): Promise<void> => {
    record = next;
    writing = writing.catch(() => undefined).then(() => log.write(next));
    return writing;
  };
  const stillAlive = (): void => {
    // A slow store must not pile up writes that the end would have to wait for.
    if (isTouching) return;
    isTouching = true;
    void write({ ...record, lastSeenMs: Date.now() })
      .catch(() => undefined)
      .finally(() => {
        isTouching = false;
      });
  };
  const timer = setInterval(stillAlive, SEEN_EVERY_MS);
  return {
    id: record.attemptId,
    trained: (at) => {
      const savedAtMs = record.training?.savedStep === at.savedStep ? record.training.savedAtMs : Date.now();
      record = { ...record, training: { ...at, savedAtMs } };
    },
    logged: async (place) => {
      const [, log] = /\/(logs\/[^/]+\.txt)$/.exec(place ?? '') ?? [];
      // A link in the report is worth no failure.
      if (log !== undefined) await write({ ...record, log }).catch(() => undefined);
    },
    end: async (outcome, code) => {
      clearInterval(timer);
      const end = { ...record, lastSeenMs: Date.now(), endedAtMs: Date.now(), outcome, code };
      onEnd(end);
      try {
        await write(end);
      } catch (error) {
        writeLater(() => write(end));
        throw error;
      }
    },
  };
}

/** Tries again and again behind, while this process lives: the end of what failed for want of space is worth to be known. */
function writeLater(write: () => Promise<void>): void {
  let left = END_AGAIN_TIMES;
  const again = (): void => {
    left -= 1;
    if (left < 0) return;
    setTimeout(() => void write().catch(again), END_AGAIN_EVERY_MS).unref();
  };
  again();
}
