import { EXIT } from '../usage-error';

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Whether somebody asked to stop. */
export interface StopRequest {
  readonly requested: () => StopSignal | null;
  readonly whenRequested: Promise<void>;
}

export const STOP_EXIT = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

interface SignalSource {
  on(signal: StopSignal, listener: () => void): unknown;
}

/**
 * Listens to SIGINT and SIGTERM. The first is a request, which whoever follows something answers in order; at a second one
 * `leave` is called at once. Workers end by themselves when their channel closes.
 */
export function listenForStop(signals: SignalSource, leave: (exitCode: number) => void): StopRequest {
  let asked: StopSignal | null = null;
  const whenRequested = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      signals.on(signal, () => {
        if (asked !== null) leave(STOP_EXIT[signal]);
        asked ??= signal;
        resolve();
      });
    }
  });
  return { requested: () => asked, whenRequested };
}
