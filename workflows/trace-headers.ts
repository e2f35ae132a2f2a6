import type { Payload } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { TRACE_HEADER } from '../shared/names/tracing';

/**
 * Passes the trace that a workflow was started in on to its activities, its children and its own continuation. Only copies a
 * header: deterministic, and nothing where there is none.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let carried: Payload | undefined;
  const passOn = <Input extends { readonly headers: Record<string, Payload> }>(input: Input): Input =>
    carried === undefined ? input : { ...input, headers: { ...input.headers, [TRACE_HEADER]: carried } };
  return {
    inbound: [
      {
        execute: (input, next) => {
          carried = input.headers[TRACE_HEADER];
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(passOn(input)),
        startChildWorkflowExecution: (input, next) => next(passOn(input)),
        continueAsNew: (input, next) => next(passOn(input)),
      },
    ],
  };
};
