import { createRedactor } from '../redact';
import { hidingTracing } from './hiding-tracing';
import { openOtlpTracing } from './otlp-tracing';
import type { Tracing } from './port';

/** Whether the standard variables of OpenTelemetry say where spans go. */
function isTracingOn(env: NodeJS.ProcessEnv): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '';
  return endpoint !== '' && env.OTEL_SDK_DISABLED !== 'true' && env.OTEL_TRACES_EXPORTER !== 'none';
}

/** Opens tracing where the environment asks for it; null, and no library loaded, where it does not. */
export async function openTracing(env: NodeJS.ProcessEnv, serviceName: string): Promise<Tracing | null> {
  return isTracingOn(env) ? hidingTracing(await openOtlpTracing(serviceName), createRedactor(env)) : null;
}
