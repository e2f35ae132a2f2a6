import type { ComputationName } from '../../shared/names/stages';
import type { AttemptRecord } from '../../shared/store/attempts';
import type { Aside } from './aside';
import type { StageProgress } from './stage-definition';

/** What a stage is carried out for. */
export interface WatchedStep {
  readonly stage: ComputationName;
  readonly part: string;
  readonly runId: string;
  readonly symbol: string;
}

/** How an activity of a stage ended. */
export type StageEnd =
  | { readonly outcome: 'computed' | 'cached' | 'stopped' }
  | { readonly outcome: 'failed'; readonly code: string; readonly message: string };

/** A computation that begins. */
export interface BegunAttempt {
  readonly attemptId: string;
  readonly execution: string;
  readonly activityAttempt: number;
  /** Every attempt at the same key by this run, this one among them. */
  readonly ofKey: () => Promise<readonly AttemptRecord[]>;
}

/** One activity of a stage, watched. Nothing here may throw, and nobody waits for it. */
export interface WatchedStage {
  readonly attemptBegan: (attempt: BegunAttempt) => void;
  readonly progressed: (progress: StageProgress) => void;
  readonly said: (aside: Aside) => void;
  readonly attemptEnded: (record: AttemptRecord) => void;
  /** The stage goes on one rung further down, in an activity of its own. */
  readonly steppedDown: (cause: string) => void;
  readonly ended: (end: StageEnd) => void;
}

/** Watches stages: for metrics, traces or logs. */
export interface StageWatch {
  /** Called inside the activity. */
  readonly begin: (step: WatchedStep) => WatchedStage;
}

/** Several watches as one, told in order. */
export function combineWatches(watches: readonly StageWatch[]): StageWatch {
  return {
    begin: (step) => {
      const watched = watches.map((watch) => watch.begin(step));
      return {
        attemptBegan: (attempt) => watched.forEach((one) => one.attemptBegan(attempt)),
        progressed: (progress) => watched.forEach((one) => one.progressed(progress)),
        said: (aside) => watched.forEach((one) => one.said(aside)),
        attemptEnded: (record) => watched.forEach((one) => one.attemptEnded(record)),
        steppedDown: (cause) => watched.forEach((one) => one.steppedDown(cause)),
        ended: (end) => watched.forEach((one) => one.ended(end)),
      };
    },
  };
}

/** For tests and tools that nobody watches. */
export const NO_STAGE_WATCH: StageWatch = combineWatches([]);
