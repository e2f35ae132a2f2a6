import {
  ApplicationFailure,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { LateSymbol, RunPlan, SymbolResult } from '../shared/contracts/run';
import { retryFailedSignal, setPausedSignal, waitingSignal } from './messages';
import { SymbolLanes } from './symbol-lanes';

export interface TrainBatchInput {
  readonly workflowId: string;
  readonly runId: string;
  readonly plan: RunPlan;
  readonly symbols: readonly string[];
  readonly late?: readonly LateSymbol[];
  readonly paused: boolean;
}

/**
 * A part of a large run, so that no history grows too long. Started by `trainUniverse` only. Cancelled, it answers with what
 * is known so far, which a workflow that closes as cancelled could not: the run's report needs it.
 */
export async function trainBatch(input?: TrainBatchInput): Promise<readonly SymbolResult[]> {
  if (input?.plan === undefined) {
    throw ApplicationFailure.nonRetryable(
      'trainBatch is started by trainUniverse; start that instead.',
      'InvalidConfig',
    );
  }
  const lanes = new SymbolLanes({
    ...input,
    onChange: () => setCurrentDetails(`${String(input.symbols.length)} symbols`),
    onWaiting: (late) => tellRun(input.workflowId, late),
  });
  setHandler(setPausedSignal, (paused) => lanes.setPaused(paused), { description: 'from the run: pause or go on' });
  setHandler(retryFailedSignal, (symbol) => void lanes.retryFailed(symbol), {
    description: 'from the run: start failed symbols again',
  });
  try {
    return await lanes.run();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return lanes.resultsSoFar();
  }
}

/** For the run's own status; one that has closed needs no telling. */
function tellRun(workflowId: string, late: readonly LateSymbol[]): void {
  void getExternalWorkflowHandle(workflowId)
    .signal(waitingSignal, late)
    .catch(() => undefined);
}
