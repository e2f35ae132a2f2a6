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

const BATCH = /^batch-\d+$/;
/** How the id of a retrain's run goes on behind that of the retrain. */
const RUN_OF_RETRAIN = 'run';

/** What a workflow works for, by its id. */
export interface WorkflowPlace {
  /** The training run; of a retrain or a promotion the workflow itself. */
  readonly runId: string;
  /** null for what belongs to a whole run: the run, a retry, a batch, a retrain, a promotion. */
  readonly symbol: string | null;
  /** The retrain that the run belongs to; null for a run of its own. */
  readonly retrainId: string | null;
}

/** Reads the ids that the functions of this file make. */
export function placeOfWorkflow(workflowId: string): WorkflowPlace {
  if (parsePromotionWorkflowId(workflowId) !== null) return { runId: workflowId, symbol: null, retrainId: null };
  const [first = workflowId, second] = workflowId.split('/');
  const retrainId = second === RUN_OF_RETRAIN ? first : null;
  const runId = retrainId === null ? first : retrainRunId(retrainId);
  return { runId, symbol: symbolBelow(runId, workflowId), retrainId };
}

/** The symbol (`XAG`, `BTC/USD`) of a workflow of a run; null for the run itself, its retries and its batches. */
export function symbolOfWorkflow(workflowId: string, runId: string = placeOfWorkflow(workflowId).runId): string | null {
  return symbolBelow(rootRunId(runId), workflowId);
}

function symbolBelow(runId: string, workflowId: string): string | null {
  if (!workflowId.startsWith(`${runId}/`)) return null;
  const below = workflowId.slice(runId.length + 1).split('/');
  const symbol = below.filter((part) => !RETRY.test(`/${part}`) && !BATCH.test(part)).join('/');
  return symbol === '' ? null : symbol;
}

export function retryWorkflowId(runId: string, count: number): string {
  return `${rootRunId(runId)}/retry-${String(count)}`;
}

/** The training run of a retrain. */
export function retrainRunId(workflowId: string): string {
  return `${workflowId}/${RUN_OF_RETRAIN}`;
}

/** The question whether a version of a model (`daily/XAG-h20`) becomes the champion. */
export function promotionWorkflowId(model: string, version: number): string {
  return `promote/${model}/v${String(version)}`;
}

/** Reads what `promotionWorkflowId` wrote; null for anything else. */
export function parsePromotionWorkflowId(id: string): { readonly model: string; readonly version: number } | null {
  const [, model, version] = /^promote\/(.+)\/v(\d+)$/.exec(id) ?? [];
  return model === undefined || version === undefined ? null : { model, version: Number(version) };
}

/** One family on one horizon, as it is shown and keyed: `lightgbm-h20`. */
export function modelPart(family: string, horizonBars: number): string {
  return `${family}-h${String(horizonBars)}`;
}

/** One fit: `lightgbm-h20-f3`; of several horizons at once: `lstm-h20+60-f3`. */
export function fitPart(family: string, horizons: readonly number[], foldId: string): string {
  return `${family}-h${horizons.join('+')}-${foldId}`;
}

/** Reads what `fitPart` wrote; null for anything else. */
export function parseFitPart(
  part: string,
): { readonly family: string; readonly horizons: readonly number[]; readonly foldId: string } | null {
  const [, family, horizons, foldId] = /^(.+)-h(\d+(?:\+\d+)*)-(.+)$/.exec(part) ?? [];
  if (family === undefined || horizons === undefined || foldId === undefined) return null;
  return { family, horizons: horizons.split('+').map(Number), foldId };
}

/** The output of a fit that holds its predictions of one horizon. */
export function predictionsOutput(horizonBars: number): string {
  return `predictions-h${String(horizonBars)}`;
}

/** Reads what `modelPart` wrote; null for anything else. */
export function parseModelPart(part: string): { readonly family: string; readonly horizonBars: number } | null {
  const [, family, bars] = /^(.+)-h(\d+)$/.exec(part) ?? [];
  return family === undefined || bars === undefined ? null : { family, horizonBars: Number(bars) };
}

/** Readable and stable, so that operators can name an activity: `train-lightgbm-XAG-h20-f3`, on a rung `…-f3-rung2`. */
export function trainActivityId(
  symbol: string,
  { family, horizons, foldId }: { family: string; horizons: readonly number[]; foldId: string },
  rung: number,
): string {
  const suffix = rung === 0 ? '' : `-rung${String(rung)}`;
  return `train-${family}-${symbol}-h${horizons.join('+')}-${foldId}${suffix}`;
}

export function stageActivityId(stage: string, symbol: string, part: string): string {
  return part === '' ? `${stage}-${symbol}` : `${stage}-${symbol}-${part}`;
}

/** Whose activity it is, of the symbols of a run: the longest name that fits, for `BRK-B` may stand beside `BRK` and `B`. */
export function symbolOfActivity(activityId: string, symbols: readonly string[]): string | null {
  const fitting = symbols.filter((symbol) => mayBeOf(activityId, symbol));
  return fitting.reduce<string | null>(
    (best, each) => (best === null || each.length > best.length ? each : best),
    null,
  );
}

function mayBeOf(activityId: string, symbol: string): boolean {
  if (activityId.startsWith('train-')) return activityId.includes(`-${symbol}-h`);
  const [stage = ''] = activityId.split('-', 1);
  return activityId === `${stage}-${symbol}` || activityId.startsWith(`${stage}-${symbol}-`);
}
