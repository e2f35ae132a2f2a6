import { setTimeout as sleep } from 'node:timers/promises';
import { fail, type Result } from '../../domain/core/result';
import type { Checkpoint, CheckpointSink, EpochMetrics } from './contract';

type Reason = Parameters<CheckpointSink['save']>[1];

/** Writes checkpoints and metrics beside the training, which stands still only for the copy. */
export interface CheckpointSaver {
  /** Whether the interval since the last checkpoint has passed; it is longer where checkpoints cost much. */
  readonly isDue: () => boolean;
  /** Whether checkpoints have taken no more than their share of the time, so that an epoch may have one besides. */
  readonly isAffordable: () => boolean;
  /** Tells how long training waited between two updates; it counts where a checkpoint was being written meanwhile. */
  readonly waited: (ms: number) => void;
  /**
   * Takes a copy now and writes it behind. While another is being written the newest copy waits, and replaces one that is
   * waiting already.
   */
  readonly offer: (take: () => Checkpoint, reason: Reason) => void;
  /** Appends metrics behind; they are tried again with the next write where the store does not answer. */
  readonly record: (metrics: EpochMetrics) => void;
  /**
   * Lets what is being written get on, within what checkpoints may cost: a write is a chain of some dozen turns of the event
   * loop, of which a training without pauses would give it one an update.
   */
  readonly letWrite: () => Promise<void>;
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

/** Checkpoints may take 2 % of the time. */
const MAX_SHARE = 0.02;
/** Training waits for a write no longer than this between two updates. */
const MAX_WAIT_MS = 50;
/** What they may take in any case, so that short trainings have a checkpoint at every epoch. */
const FREE_MS = 500;

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
  const startedAt = now();
  let offeredAt = startedAt;
  let costMs = 0;
  let costliestMs = 0;

  const charge = (ms: number): void => {
    stoodStillMs += ms;
    costMs += ms;
    costliestMs = Math.max(costliestMs, costMs);
  };
  const timed = <T>(work: () => T): T => {
    const from = now();
    try {
      return work();
    } finally {
      charge(now() - from);
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
    isDue: () => now() - offeredAt >= Math.max(intervalMs, costliestMs / MAX_SHARE),
    isAffordable: () => stoodStillMs <= FREE_MS + (now() - startedAt) * MAX_SHARE,
    waited: (ms) => {
      if (writing !== null) charge(ms);
    },
    offer: (take, reason) => {
      if (writing === null) costMs = 0;
      waiting = { checkpoint: timed(take), reason };
      offeredAt = now();
      writing ??= writeAll().finally(() => (writing = null));
    },
    record: (metrics) => {
      unrecorded.push(metrics);
    },
    letWrite: async () => {
      const affordableMs = FREE_MS + (now() - startedAt) * MAX_SHARE - stoodStillMs;
      if (writing === null || affordableMs <= 0) return;
      const from = now();
      await Promise.race([writing, sleep(Math.min(affordableMs, MAX_WAIT_MS), undefined, { ref: false })]);
      charge(now() - from);
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
