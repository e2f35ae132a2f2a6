import type { StageProgress } from './stage-definition';

/** A checkpoint that a training's progress told of. */
export interface SeenCheckpoint {
  readonly step: number;
  /** Counted from 1, as people do. */
  readonly epoch: number;
  /** Since it was first heard of; one that was taken over from an earlier attempt is at least this old. */
  readonly ageSeconds: number;
}

/** Remembers when progress first told of its newest checkpoint. */
export function watchCheckpoints(now: () => number = Date.now): {
  readonly see: (progress: StageProgress) => void;
  readonly newest: () => SeenCheckpoint | null;
} {
  let seen: { readonly step: number; readonly epoch: number; readonly atMs: number } | null = null;
  return {
    see: ({ training }) => {
      if (training === undefined || training.savedStep === 0 || training.savedStep === seen?.step) return;
      seen = { step: training.savedStep, epoch: training.epoch + 1, atMs: now() };
    },
    newest: () =>
      seen === null ? null : { step: seen.step, epoch: seen.epoch, ageSeconds: (now() - seen.atMs) / 1000 },
  };
}
