import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Instruments } from '../../shared/runtime/metrics/instruments';

/** A part of the page that has to be asked for when somebody looks: a queue, a disk, a device. */
export interface Collector {
  readonly name: string;
  /** Sets its gauges. What it throws leaves them out and is told. */
  readonly collect: () => Promise<void>;
  /** Takes its gauges away, so that nothing old is shown as new. */
  readonly reset: () => void;
}

/** A scrape is waited for ten seconds by default; what does not answer in half of that is left out. */
const COLLECTOR_PATIENCE_MS = 5_000;

/**
 * The page that Prometheus reads: our own metrics, then those of Temporal's SDK. A part that cannot be asked is left out, and
 * `candlewick_collector_up` says so: the rest of the page is needed most when something is wrong.
 */
export function createMetricsPage(given: {
  readonly registry: Registry;
  readonly metrics: Instruments;
  readonly collectors: readonly Collector[];
  /** Text of the SDK's own page. */
  readonly sdkPage: () => Promise<string>;
  readonly onFault: (collector: string, error: unknown) => void;
  readonly patienceMs?: number;
}): () => Promise<string> {
  const { registry, metrics, collectors, sdkPage, onFault, patienceMs = COLLECTOR_PATIENCE_MS } = given;
  const attempt = async <T>(name: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      const answer = await inTime(work(), patienceMs);
      metrics.collectorUp.set({ collector: name }, 1);
      return answer;
    } catch (error) {
      metrics.collectorUp.set({ collector: name }, 0);
      onFault(name, error);
      return null;
    }
  };
  const render = async (): Promise<string> => {
    const asked = collectors.map(async ({ name, collect, reset }) => {
      const answered = await attempt(name, async () => {
        reset();
        await collect();
        return true;
      });
      if (answered === null) resetQuietly(reset);
    });
    const [sdk] = await Promise.all([attempt('sdk', sdkPage), ...asked]);
    return `${await registry.metrics()}${sdk ?? ''}`;
  };
  let underWay: Promise<string> | null = null;
  // Two readers at once share a page: each would take the other's gauges away.
  return () => (underWay ??= render().finally(() => (underWay = null)));
}

/** The fault that led here is told already; gauges that cannot be taken away must not take the page with them. */
function resetQuietly(reset: () => void): void {
  try {
    reset();
  } catch {
    return;
  }
}

async function inTime<T>(work: Promise<T>, patienceMs: number): Promise<T> {
  const stop = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: stop.signal, ref: false }).then(() => {
    throw new Error(`no answer in ${String(patienceMs / 1000)} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}
