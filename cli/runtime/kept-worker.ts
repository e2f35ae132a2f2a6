import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningWorker } from './worker-process';

export const MAX_RESTARTS = 10;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** A worker that is started again when it dies, until it is stopped or has died too often. */
export interface KeptWorker {
  /** Settles when no worker runs any more and none will be started: after `stop`, or given up. */
  readonly exited: Promise<void>;
  /** Lets activities in flight be handed back, then ends the process. */
  stop(): Promise<void>;
}

/** In the place of a worker of our own, where workers run elsewhere. */
export const NO_OWN_WORKER: KeptWorker = {
  exited: new Promise(() => undefined),
  stop: () => Promise.resolve(),
};

export interface KeepOptions {
  readonly start: () => Promise<RunningWorker>;
  readonly say: (line: string) => void;
  /** Waits, or less where the signal says so. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Starts a worker and replaces it, at most MAX_RESTARTS times, when it ends by itself: killed, out of memory, crashed.
 * The pause before each start doubles from half a second to half a minute. Throws only where the first one does not start.
 */
export async function keepWorker({ start, say, pause = pauseUnlessStopped }: KeepOptions): Promise<KeptWorker> {
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let current = await start();
  say(introduction(current));

  const restart = async (): Promise<void> => {
    try {
      current = await start();
      say(introduction(current));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    // Asked to stop while it was starting: the one who asked could not know of it.
    if (isStopping()) await current.stop();
  };

  const keep = async (): Promise<void> => {
    for (let restarts = 0; ; restarts += 1) {
      await current.exited;
      if (isStopping()) return;
      if (restarts >= MAX_RESTARTS) {
        say(`the worker died again; started ${String(MAX_RESTARTS)} times in vain, given up. Last log: ${current.log}`);
        return;
      }
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** restarts);
      say(
        `worker ${String(current.pid)} ended by itself, log ${current.log}; another starts in ${String(pauseMs / 1000)} s`,
      );
      await pause(pauseMs, stopping.signal);
      if (isStopping()) return;
      await restart();
    }
  };

  const exited = keep();
  return {
    exited,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await exited;
    },
  };
}

function introduction({ pid, log }: RunningWorker): string {
  return `worker ${String(pid)}, log ${log}`;
}

async function pauseUnlessStopped(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
