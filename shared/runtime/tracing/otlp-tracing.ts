import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as OpenTelemetry from '@opentelemetry/api';
import { parseTraceparent } from '../../names/tracing';
import type { SpanOptions, LiveSpan, Tracing } from './port';

type Api = typeof OpenTelemetry;

/** A collector that is away must not hold up the end of a process for longer. */
const CLOSE_PATIENCE_MS = 3_000;
/** Spans of a process that is killed are lost; this many milliseconds of them. */
const EXPORT_EVERY_MS = 1_000;

/**
 * Spans by OTLP over HTTP. Endpoint, headers, timeout, sampler and resource come from the standard variables of OpenTelemetry,
 * which its libraries read themselves. Nothing is registered globally: spans know their parents by name. The libraries are
 * loaded here and nowhere else.
 */
export async function openOtlpTracing(serviceName: string): Promise<Tracing> {
  const api = await import('@opentelemetry/api');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { detectResources, envDetector, resourceFromAttributes } = await import('@opentelemetry/resources');
  const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  const own = resourceFromAttributes({
    'service.name': serviceName,
    'service.namespace': 'candlewick',
    'host.name': hostname(),
    'process.pid': process.pid,
  });
  const provider = new BasicTracerProvider({
    // The environment's word (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) is the last.
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: EXPORT_EVERY_MS })],
  });
  const tracer = provider.getTracer('candlewick');
  return {
    startSpan: (name, options) => startSpan(api, tracer, name, options),
    close: async () => {
      const stop = new AbortController();
      const late = sleep(CLOSE_PATIENCE_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      stop.abort();
    },
  };
}

function startSpan(api: Api, tracer: OpenTelemetry.Tracer, name: string, options: SpanOptions): LiveSpan {
  const { parent, attributes = {}, startedAtMs, kind = 'internal' } = options;
  const { INTERNAL, CLIENT, SERVER } = api.SpanKind;
  const given = { kind: { internal: INTERNAL, client: CLIENT, server: SERVER }[kind], attributes: { ...attributes } };
  const span = tracer.startSpan(
    name,
    startedAtMs === undefined ? given : { ...given, startTime: startedAtMs },
    contextOf(api, parent),
  );
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceId,
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    set: (more) => void span.setAttributes({ ...more }),
    end: ({ error, atMs } = {}) => {
      if (!span.isRecording()) return;
      if (error !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR, message: error });
      span.end(atMs);
    },
  };
}

function contextOf({ ROOT_CONTEXT, trace }: Api, parent: string | null): OpenTelemetry.Context {
  const parsed = parent === null ? null : parseTraceparent(parent);
  if (parsed === null) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = parsed;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}
