import type { Redact } from '../redact';
import type { SpanAttributes, Tracing } from './port';

/** The same tracing; whoever collects spans is not to read what logs hide, neither in attributes nor in reasons. */
export function hidingTracing(tracing: Tracing, redact: Redact): Tracing {
  return {
    startSpan: (name, { attributes = {}, ...options }) => {
      const span = tracing.startSpan(name, { ...options, attributes: redacted(attributes, redact) });
      return {
        ...span,
        set: (more) => span.set(redacted(more, redact)),
        end: ({ error, ...how } = {}) => span.end(error === undefined ? how : { ...how, error: redact(error) }),
      };
    },
    close: () => tracing.close(),
  };
}

function redacted(attributes: SpanAttributes, redact: Redact): SpanAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]),
  );
}
