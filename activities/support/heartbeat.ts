import { Context } from '@temporalio/activity';
import type { StageProgress } from './stage-definition';
import { trainingNote } from './training-note';

/** Between two heartbeats: a fifth of the heartbeat timeout of the workflow presets. */
const HEARTBEAT_EVERY_MS = 2_000;

/** What operators see as the live state of an activity; small on purpose. */
export interface HeartbeatDetails extends Omit<StageProgress, 'training'> {
  /** The first letters of the stage key; empty while it is being found. */
  readonly key: string;
  readonly seconds: number;
  /** Of a net, in a few words. */
  readonly training?: string;
}

export interface Heartbeat {
  readonly setKey: (key: string) => void;
  readonly setProgress: (progress: StageProgress) => void;
  readonly stop: () => void;
}

/**
 * Heartbeats in the background until `stop`: from the first moment, for hashing a large source may take longer than the
 * heartbeat timeout, so that a killed worker is noticed by the missing beats and not only when all time is used up.
 */
export function startHeartbeat(): Heartbeat {
  const context = Context.current();
  const startedAtMs = Date.now();
  let key = '';
  let progress: StageProgress = { phase: 'looking in the store', step: 0, steps: null, loss: null };
  const beat = (): void => {
    const seconds = Math.round((Date.now() - startedAtMs) / 1000);
    const { training, ...rest } = progress;
    context.heartbeat({
      ...rest,
      key: key.slice(0, 16),
      seconds,
      ...(training === undefined ? {} : { training: trainingNote(progress) }),
    } satisfies HeartbeatDetails);
  };
  beat();
  const timer = setInterval(beat, HEARTBEAT_EVERY_MS);
  return {
    setKey: (found) => {
      key = found;
    },
    setProgress: (next) => {
      progress = next;
    },
    stop: () => clearInterval(timer),
  };
}
