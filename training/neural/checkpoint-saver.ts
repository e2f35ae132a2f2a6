import { fail, type Result } from '../../domain/core/result';
import type { Checkpoint, CheckpointSink, EpochMetrics } from './contract';

type Reason = Parameters<CheckpointSink['save']>[1];

/** Writes checkpoints and metrics beside the training, which stands still only for the copy. */
export interface CheckpointSaver {
  /** Whether the interval since the last checkpoint has passed. */
  readonly isDue: () => boolean;
  /**
   * Takes a copy now and writes it behind. While another is being written the newest copy waits, and replaces one that is
   * waiting already.
   */
  readonly offer: (take: () => Checkpoint, reason: Reason) => void;
  /** Appends metrics behind; they are tried again with the next write where the store does not answer. */
  readonly record: (metrics: EpochMetrics) => void;
  /** Settles when nothing is being written or waiting. */
  readonly settle: () => Promise<void>;
  /** Why training must end: somebody else has taken over, the disk is full, the sink is broken. */
  readonly fault: () => Result<never> | null;
  readonly facts: () => SaverFacts;
}

export interface SaverFacts {
  /** Updates done at the last checkpoint that is durable; null: none of this process. */
  readonly savedStep: number | null;
  readonly checkpoints: number;
  /** Time for which training stood still. */
  readonly stoodStillMs: number;
  readonly notes: readonly string[];
}

/** A checkpoint may cost a fiftieth of the time: 2 %. */
const MIN_INTERVAL_PER_COST = 50;

export function createCheckpointSaver(
  sink: CheckpointSink,
  intervalMs: number,
  now: () => number = () => performance.now(),
): CheckpointSaver {
  const unrecorded: EpochMetrics[] = [];
  const notes: string[] = [];
  let waiting: { readonly checkpoint: Checkpoint; readonly reason: Reason } | null = null;
  let writing: Promise<void> | null = null;
  let fault: Result<never> | null = null;
  let savedStep: number | null = null;
  let checkpoints = 0;
  let stoodStillMs = 0;
  let offeredAt = now();
  let costliestMs = 0;

  const timed = <T>(work: () => T): T => {
    const from = now();
    try {
      return work();
    } finally {
      const cost = now() - from;
      stoodStillMs += cost;
      costliestMs = Math.max(costliestMs, cost);
    }
  };
  const attempt = async (what: string, write: () => Promise<void>): Promise<boolean> => {
    try {
      await timed(write);
      return true;
    } catch (error) {
      const { code, message } = describe(error);
      if (code === 'StoreUnavailable') notes.push(`${what} could not be written: ${message}`);
      else fault ??= fail(code, message);
      return false;
    }
  };
  const recordAll = async (): Promise<void> => {
    for (let [first] = unrecorded; first !== undefined; [first] = unrecorded) {
      const metrics = first;
      if (!(await attempt(`The metrics of epoch ${metrics.epoch}`, () => sink.recordEpoch(metrics)))) return;
      unrecorded.shift();
    }
  };
  const writeAll = async (): Promise<void> => {
    while (waiting !== null && fault === null) {
      const { checkpoint, reason } = waiting;
      const { step } = checkpoint.state;
      waiting = null;
      await recordAll();
      if (!(await attempt(`The checkpoint at step ${step}`, () => sink.save(checkpoint, reason)))) continue;
      savedStep = step;
      checkpoints += 1;
    }
  };
  return {
    isDue: () => now() - offeredAt >= Math.max(intervalMs, costliestMs * MIN_INTERVAL_PER_COST),
    offer: (take, reason) => {
      waiting = { checkpoint: timed(take), reason };
      offeredAt = now();
      writing ??= writeAll().finally(() => (writing = null));
    },
    record: (metrics) => {
      unrecorded.push(metrics);
    },
    settle: async () => {
      while (writing !== null) await writing;
    },
    fault: () => fault,
    facts: () => ({ savedStep, checkpoints, stoodStillMs, notes: [...notes] }),
  };
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'Unexpected', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'Unexpected';
  return { code, message: error.message };
}
