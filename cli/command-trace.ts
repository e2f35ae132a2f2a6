import { openTracing } from '../shared/runtime/tracing/tracing';

/** The span of a command, from its arguments to its exit code. */
export interface CommandTrace {
  /** null: nobody collects spans. */
  readonly traceparent: string | null;
  /** Ends the span and sends it; `error` says how the command failed. */
  readonly close: (error: string | null) => Promise<void>;
}

/** Named after the command alone: arguments may hold anything. */
export async function openCommandTrace(env: NodeJS.ProcessEnv, argv: readonly string[]): Promise<CommandTrace> {
  const tracing = await openTracing(env, 'candlewick-cli');
  if (tracing === null) return { traceparent: null, close: () => Promise.resolve() };
  const command = argv.slice(0, 1).filter((word) => /^[a-z]+$/.test(word));
  const parent = env.TRACEPARENT ?? null;
  const span = tracing.startSpan(['candlewick', ...command].join(' '), { parent, kind: 'client' });
  return {
    traceparent: span.traceparent,
    close: async (error) => {
      span.end(error === null ? {} : { error });
      await tracing.close();
    },
  };
}
