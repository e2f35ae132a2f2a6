import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { LateSymbol } from '../shared/contracts/run';
import type {
  PromotionDecision,
  PromotionState,
  RetrainProgress,
  StepNote,
  SymbolProgress,
  UniverseProgress,
} from '../shared/names/messages';
import {
  APPROVE_UPDATE,
  PAUSE_SIGNAL,
  PAUSE_UPDATE,
  PROGRESS_QUERY,
  PROMOTION_STATE_QUERY,
  REJECT_UPDATE,
  STEP_NOTE_SIGNAL,
  RETRY_FAILED_SIGNAL,
  RETRY_FAILED_UPDATE,
  UNPAUSE_UPDATE,
  WAITING_SIGNAL,
} from '../shared/names/messages';

export const symbolProgressQuery = defineQuery<SymbolProgress>(PROGRESS_QUERY);
export const universeProgressQuery = defineQuery<UniverseProgress>(PROGRESS_QUERY);

export const retrainProgressQuery = defineQuery<RetrainProgress>(PROGRESS_QUERY);
export const promotionStateQuery = defineQuery<PromotionState>(PROMOTION_STATE_QUERY);
export const approveUpdate = defineUpdate<string, [PromotionDecision]>(APPROVE_UPDATE);
export const rejectUpdate = defineUpdate<string, [PromotionDecision]>(REJECT_UPDATE);

/** Updates answer in a sentence; their validators refuse what makes no sense now, and leave no history then. */
export const pauseUpdate = defineUpdate<string>(PAUSE_UPDATE);
export const unpauseUpdate = defineUpdate<string>(UNPAUSE_UPDATE);
export const retryFailedUpdate = defineUpdate<string>(RETRY_FAILED_UPDATE);
/** The same of a run: for one symbol, where one is named. */
export const retryFailedSymbolsUpdate = defineUpdate<string, [string | undefined]>(RETRY_FAILED_UPDATE);

/** From a parent to its children. */
export const setPausedSignal = defineSignal<[boolean]>(PAUSE_SIGNAL);
export const retryFailedSignal = defineSignal<[symbol?: string]>(RETRY_FAILED_SIGNAL);

/** From a batch to its run, whenever it changes: whose bars it still waits for. */
export const waitingSignal = defineSignal<[readonly LateSymbol[]]>(WAITING_SIGNAL);

/** From a running activity. */
export const stepNoteSignal = defineSignal<[StepNote]>(STEP_NOTE_SIGNAL);

/** For validators: a refused update answers with the reason and leaves no history. */
export function refuseIf(refused: boolean, reason: string): void {
  if (refused) throw new Error(reason);
}
