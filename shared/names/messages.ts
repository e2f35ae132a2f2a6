import type { StageName } from './stages';

/** Memo of a run: the store that whoever started it reads from. */
export const STORE_ID_MEMO = 'storeId';

export const PROGRESS_QUERY = 'progress';
export const PAUSE_UPDATE = 'pause';
export const UNPAUSE_UPDATE = 'unpause';
export const RETRY_FAILED_UPDATE = 'retryFailed';
/** Sent by a parent to its children; people use the updates, which answer. */
export const PAUSE_SIGNAL = 'setPaused';
export const RETRY_FAILED_SIGNAL = 'retryFailedSymbols';
/** From a batch to its run: whose bars it still waits for. */
export const WAITING_SIGNAL = 'waitingForBars';

/** From a running step to its symbol: where it is, in a few words for people. */
export const STEP_NOTE_SIGNAL = 'stepNote';
export interface StepNote {
  /** As the symbol's progress names it: `train lstm-h20+60-f0`. */
  readonly step: string;
  readonly note: string;
}

/** `late`: its newest bar is too old; it is waited for, and holds no lane meanwhile. */
export type SymbolState = 'waiting' | 'late' | 'running' | 'done' | 'failed';

/** Answer of the `progress` query of `trainSymbol`. */
export interface SymbolProgress {
  readonly symbol: string;
  readonly stage: StageName | 'done';
  readonly paused: boolean;
  readonly stepsDone: number;
  /** null until the number of folds is known. */
  readonly stepsTotal: number | null;
  readonly cacheHits: number;
  readonly running: readonly string[];
  /** What running steps last said of themselves: epoch, loss, rung. */
  readonly notes: Readonly<Record<string, string>>;
  readonly failed: readonly string[];
}

/** Answer of the `progress` query of `trainUniverse`. */
export interface UniverseProgress {
  readonly phase: 'preparing' | 'training' | 'reporting' | 'closed';
  readonly paused: boolean;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly symbols: readonly { readonly symbol: string; readonly state: SymbolState; readonly workflowId: string }[];
  /** Absent where no bars are waited for. */
  readonly waitingFor?: {
    readonly symbols: readonly {
      readonly symbol: string;
      readonly newestMs: number | null;
      readonly trouble?: string;
    }[];
    readonly untilMs: number;
  };
}

/** Answer of the `progress` query of `dailyRetrain`. */
export interface RetrainProgress {
  readonly phase: 'preparing' | 'training' | 'judging' | 'closed';
  /** ISO instant; null until it is known. */
  readonly asOf: string | null;
  /** Workflow id of the training run. */
  readonly runId: string;
  readonly outcomes: readonly {
    readonly model: string;
    /** null where it could not be registered. */
    readonly version: number | null;
    readonly outcome: string;
    readonly reason: string;
  }[];
  /** How many are not listed. */
  readonly leftOut?: number;
}

/** Updates of `promoteModel`: who decides, and why. */
export const APPROVE_UPDATE = 'approve';
export const REJECT_UPDATE = 'reject';
export interface PromotionDecision {
  readonly who: string;
  readonly why: string;
}

export const PROMOTION_STATE_QUERY = 'state';
/** Answer of the `state` query of `promoteModel`. */
export interface PromotionState {
  readonly state: 'preparing' | 'waiting' | 'deciding' | 'closed';
  readonly model: string | null;
  readonly version: number | null;
  readonly champion: number | null;
  /** Until when an answer is waited for. */
  readonly untilMs: number | null;
  /** The gate's checks, a sentence each. */
  readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly sentence: string }[];
  readonly outcome: string | null;
}
