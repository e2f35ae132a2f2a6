import { createHash } from 'node:crypto';
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { placeOfWorkflow } from '../../shared/names/ids';
import type { LiveSpan, Tracing } from '../../shared/runtime/tracing/port';
import { traceparentOf } from '../../shared/temporal/trace-interceptor';

/** A span for each execution of an activity, in the trace of the run. */
export interface ActivityTraces {
  readonly interceptors: ActivityInterceptorsFactory;
  /** The span of the activity that runs under this context; null outside of one. */
  readonly spanOf: (context: Context) => LiveSpan | null;
}

export function createActivityTraces(tracing: Tracing): ActivityTraces {
  const spans = new WeakMap<Context, LiveSpan>();
  return {
    spanOf: (context) => spans.get(context) ?? null,
    interceptors: (context) => ({
      inbound: {
        execute: async (input, next) => {
          const parent = traceparentOf(input.headers) ?? traceOfRun(context);
          const attributes = attributesOf(context);
          const span = tracing.startSpan(`activity ${context.info.activityType}`, {
            parent,
            attributes,
            kind: 'server',
          });
          spans.set(context, span);
          try {
            const answer = await next(input);
            span.end();
            return answer;
          } catch (error) {
            const code = codeOf(error);
            span.set({ 'candlewick.code': code });
            span.end({ error: `${code}: ${error instanceof Error ? error.message : String(error)}` });
            throw error;
          }
        },
      },
      outbound: {
        getLogAttributes: (input, next) => {
          const span = spans.get(context);
          return next(span === undefined ? input : { ...input, traceId: span.traceId });
        },
      },
    }),
  };
}

/**
 * A run that nobody started with a trace (from the UI, by a schedule) has one all the same, found by its id: all its activities
 * fall into it, those of retries too; a retrain and its run share one.
 */
function traceOfRun({ info }: Context): string {
  const { workflowExecution, namespace } = info;
  const { runId, retrainId } = placeOfWorkflow(workflowExecution?.workflowId ?? info.activityId);
  const hash = createHash('sha256')
    .update(`${namespace}/${retrainId ?? runId}`)
    .digest('hex');
  return `00-${hash.slice(0, 32)}-${hash.slice(32, 48)}-01`;
}

function attributesOf({ info }: Context): Record<string, string | number> {
  const { workflowExecution, activityId, attempt, taskQueue } = info;
  const { workflowId = '', runId = '' } = workflowExecution ?? {};
  const place = placeOfWorkflow(workflowId);
  return {
    'candlewick.run': place.runId,
    ...(place.symbol === null ? {} : { 'candlewick.symbol': place.symbol }),
    'temporal.workflow.id': workflowId,
    'temporal.workflow.run_id': runId,
    'temporal.activity.id': activityId,
    'temporal.activity.attempt': attempt,
    'temporal.task_queue': taskQueue,
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unexpected';
  return 'type' in error && typeof error.type === 'string' ? error.type : error.name;
}
