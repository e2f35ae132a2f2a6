import { Context } from '@temporalio/activity';
import type { StageProgress } from './stage-definition';

/** Between two heartbeats: a fifth of the heartbeat timeout of the workflow presets. */
export const HEARTBEAT_EVERY_MS = 2_000;

/** What operators see as the live state of an activity; small on purpose. */
export interface HeartbeatDetails extends StageProgress {
  readonly key: string;
  readonly seconds: number;
}

/** Heartbeats in the background until `stop` is called, with whatever was set last. */
export function startHeartbeat(
  key: string,
  onBeat: () => void,
): { set: (progress: StageProgress) => void; stop: () => void } {
  const context = Context.current();
  const startedAtMs = Date.now();
  let progress: StageProgress = { phase: 'starting', step: 0, steps: null, loss: null };
  const beat = (): void => {
    const details: HeartbeatDetails = {
      ...progress,
      key: key.slice(0, 16),
      seconds: Math.round((Date.now() - startedAtMs) / 1000),
    };
    context.heartbeat(details);
    onBeat();
  };
  beat();
  const timer = setInterval(beat, HEARTBEAT_EVERY_MS);
  return {
    set: (next) => {
      progress = next;
    },
    stop: () => clearInterval(timer),
  };
}

/** Heartbeats while `work` runs, so that a killed worker is noticed by the missing beats and not only when all time is used up. */
export async function beatWhile<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
