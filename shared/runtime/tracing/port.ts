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
