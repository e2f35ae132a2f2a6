import { createRedactor } from '../redact';
import { hidingTracing } from './hiding-tracing';
import { openOtlpTracing } from './otlp-tracing';

/** Of a span; as few as help to find it again. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span under way. */
export interface LiveSpan {
  /** For whatever is done on its behalf elsewhere: the W3C's `traceparent`. */
  readonly traceparent: string;
  readonly traceId: string;
  readonly set: (attributes: SpanAttributes) => void;
  /** Ends it; `error` says in a sentence what went wrong. A second end means nothing. */
  readonly end: (how?: { readonly error?: string; readonly atMs?: number }) => void;
}

export interface SpanOptions {
  /** `traceparent` of the span that this one belongs to; null: it begins a trace. */
  readonly parent: string | null;
  readonly attributes?: SpanAttributes;
  /** Epoch milliseconds; now where it is not given. */
  readonly startedAtMs?: number;
  /** How it stands to its parent; `internal` where it is not given. */
  readonly kind?: 'internal' | 'client' | 'server';
}

/** Where spans are opened. There is none (null) where nobody collects them, and then nothing is opened at all. */
export interface Tracing {
  readonly startSpan: (name: string, options: SpanOptions) => LiveSpan;
  /** Sends what is left, for a few seconds at most. */
  readonly close: () => Promise<void>;
}

/** Whether the standard variables of OpenTelemetry say where spans go. */
function isTracingOn(env: NodeJS.ProcessEnv): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '';
  return endpoint !== '' && env.OTEL_SDK_DISABLED !== 'true' && env.OTEL_TRACES_EXPORTER !== 'none';
}

/** Opens tracing where the environment asks for it; null, and no library loaded, where it does not. */
export async function openTracing(env: NodeJS.ProcessEnv, serviceName: string): Promise<Tracing | null> {
  return isTracingOn(env) ? hidingTracing(await openOtlpTracing(serviceName), createRedactor(env)) : null;
}
