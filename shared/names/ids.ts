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

/** One family on one horizon, as it is shown and keyed: `lightgbm-h20`. */
export function modelPart(family: string, horizonBars: number): string {
  return `${family}-h${String(horizonBars)}`;
}

/** One fit: `lightgbm-h20-f3`. */
export function fitPart(family: string, horizonBars: number, foldId: string): string {
  return `${modelPart(family, horizonBars)}-${foldId}`;
}

/** Reads what `modelPart` wrote; null for anything else. */
export function parseModelPart(part: string): { readonly family: string; readonly horizonBars: number } | null {
  const [, family, bars] = /^(.+)-h(\d+)$/.exec(part) ?? [];
  return family === undefined || bars === undefined ? null : { family, horizonBars: Number(bars) };
}

/** Readable and stable, so that operators can name an activity: `train-lightgbm-XAG-h20-f3`. */
export function trainActivityId(family: string, symbol: string, horizonBars: number, foldId: string): string {
  return `train-${family}-${symbol}-h${String(horizonBars)}-${foldId}`;
}

export function stageActivityId(stage: string, symbol: string, part: string): string {
  return part === '' ? `${stage}-${symbol}` : `${stage}-${symbol}-${part}`;
}
