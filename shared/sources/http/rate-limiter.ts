import { setTimeout as sleep } from 'node:timers/promises';

/** Spaces the requests of one process to one vendor evenly, and holds them back while the vendor wants none. */
export interface RateLimiter {
  /** Waits for the next place. Throws the signal's reason where it is aborted meanwhile. */
  take(signal: AbortSignal | undefined): Promise<void>;
  /** The vendor wants no request before this instant. */
  closeUntil(instantMs: number): void;
  /** Milliseconds until the vendor may be asked again; 0: now. */
  closedForMs(): number;
}

export function createRateLimiter(perSecond: number, now: () => number): RateLimiter {
  const everyMs = 1000 / perSecond;
  let nextMs = 0;
  let closedUntilMs = 0;
  return {
    take: async (signal) => {
      const atMs = Math.max(now(), nextMs);
      nextMs = atMs + everyMs;
      const waitMs = atMs - now();
      if (waitMs > 0) await sleep(waitMs, undefined, signal === undefined ? {} : { signal });
    },
    closeUntil: (instantMs) => {
      closedUntilMs = Math.max(closedUntilMs, instantMs);
    },
    closedForMs: () => Math.max(0, closedUntilMs - now()),
  };
}
