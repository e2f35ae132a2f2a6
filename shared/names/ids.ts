/** Symbols of one batch of `trainUniverse`; beyond it the run is cut into batches, so that no history grows too long. */
export const SYMBOLS_PER_BATCH = 200;

const RETRY = /\/retry-\d+$/;

export function symbolWorkflowId(runId: string, symbol: string): string {
  return `${runId}/${symbol}`;
}

export function batchWorkflowId(runId: string, batch: number): string {
  return `${runId}/batch-${String(batch)}`;
}

/** The run that a retry belongs to; its record and its attempts stand under this id. */
export function rootRunId(runId: string): string {
  return runId.replace(RETRY, '');
}

export function retryWorkflowId(runId: string, count: number): string {
  return `${rootRunId(runId)}/retry-${String(count)}`;
}

/** Readable and stable, so that operators can name an activity: `train-lightgbm-XAG-h20-f3`. */
export function trainActivityId(family: string, symbol: string, horizonBars: number, foldId: string): string {
  return `train-${family}-${symbol}-${modelPart(horizonBars)}-${foldId}`;
}

export function modelPart(horizonBars: number): string {
  return `h${String(horizonBars)}`;
}

export function stageActivityId(stage: string, symbol: string, part: string): string {
  return part === '' ? `${stage}-${symbol}` : `${stage}-${symbol}-${part}`;
}
