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

export type SymbolState = 'waiting' | 'running' | 'done' | 'failed';

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
}
