import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;

/** Asks again and again until the answer is not null. Throws an Error that names what was awaited after `limitMs`. */
export async function waitFor<T>(
  awaited: string,
  limitMs: number,
  ask: () => T | null | Promise<T | null>,
): Promise<T> {
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadlineMs)
      throw new Error(`waited ${String(Math.round(limitMs / 1000))} s in vain for ${awaited}`);
    await sleep(POLL_MS);
  }
}
