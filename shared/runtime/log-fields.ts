import { placeOfWorkflow } from '../names/ids';
import { STAGE_NAMES } from '../names/stages';

/** What a line of a log is about, where it is known; the same names everywhere. */
export interface LogFields {
  /** The root run, also of a retry. */
  readonly run?: string;
  readonly symbol?: string;
  readonly stage?: string;
  readonly activity?: string;
  readonly attempt?: number;
  readonly traceId?: string;
}

/** What the SDK says of the same: its names differ between workflows, activities and its own core. */
export type SdkLogMetadata = Readonly<Record<string, unknown>>;

/** Names that are ours under another name, or that fill lines and help nobody. */
const LEFT_OUT = new Set(['taskToken', 'activityId', 'workflowId', 'runId', 'workflowRunId', 'isLocal', 'namespace']);

/** The SDK's metadata under our names; what it knows besides stays. */
export function fieldsOfSdk(meta: SdkLogMetadata): LogFields & Readonly<Record<string, unknown>> {
  const { workflowId, activityId, activityType, attempt } = meta;
  const execution = meta.workflowRunId ?? (workflowId === undefined ? undefined : meta.runId);
  const rest = Object.entries(meta).filter(([key]) => !LEFT_OUT.has(key));
  const known = {
    ...(typeof workflowId === 'string' ? { workflow: workflowId, ...fieldsOfWorkflow(workflowId) } : {}),
    ...(typeof execution === 'string' ? { execution } : {}),
    ...(typeof activityId === 'string' ? { activity: activityId } : {}),
    ...(typeof activityType === 'string' && isStage(activityType) ? { stage: activityType } : {}),
    ...(typeof attempt === 'number' ? { attempt } : {}),
  };
  return { ...Object.fromEntries(rest), ...known };
}

function fieldsOfWorkflow(workflowId: string): LogFields {
  const { runId, symbol } = placeOfWorkflow(workflowId);
  return symbol === null ? { run: runId } : { run: runId, symbol };
}

function isStage(name: string): boolean {
  return STAGE_NAMES.some((stage) => stage === name);
}
