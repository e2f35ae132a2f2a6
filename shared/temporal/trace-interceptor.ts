import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { TRACE_HEADER } from '../names/tracing';

/** Gives every workflow that a client starts the span on whose behalf it is started, as a header. */
export function traceClientInterceptor(traceparent: string): WorkflowClientInterceptor {
  const withTrace = <Input extends { readonly headers: Headers }>(input: Input): Input => ({
    ...input,
    headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(traceparent) },
  });
  return {
    startWithDetails: (input, next) => next(withTrace(input)),
    signalWithStart: (input, next) => next(withTrace(input)),
    startUpdateWithStart: (input, next) =>
      next({
        ...input,
        workflowStartHeaders: {
          ...input.workflowStartHeaders,
          [TRACE_HEADER]: defaultPayloadConverter.toPayload(traceparent),
        },
      }),
  };
}

/** The `traceparent` of a header; null where there is none, or nothing that can be read. */
export function traceparentOf(headers: Headers): string | null {
  const payload = headers[TRACE_HEADER];
  if (payload === undefined) return null;
  try {
    const text = defaultPayloadConverter.fromPayload<unknown>(payload);
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}
