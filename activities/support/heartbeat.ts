import { Context } from '@temporalio/activity';
import { earlierLines, linesWith } from './earlier-lines';
import type { SeenCheckpoint } from './seen-checkpoint';
import { watchCheckpoints } from './seen-checkpoint';
import { shorten } from './shorten';
import type { StageProgress, TrainingProgress } from './stage-definition';
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
  /** Of a net: what a failure now would go back to; `none yet` before the first. */
  readonly checkpoint?: string;
  /** Whole keys under which attempts of this activity have left checkpoints, the newest last: for the next attempt. */
  readonly lines?: readonly string[];
  /** Of a net that went down the ladder: where it is now. */
  readonly rung?: string;
}

export interface Heartbeat {
  readonly setKey: (key: string) => void;
  readonly setProgress: (progress: StageProgress) => void;
  /** The newest checkpoint that progress told of; null: none. */
  readonly checkpoint: () => SeenCheckpoint | null;
  readonly stop: () => void;
}

function checkpointNote(newest: SeenCheckpoint | null): string {
  if (newest === null) return 'none yet';
  const { step, epoch, ageSeconds } = newest;
  return `step ${String(step)}, epoch ${String(epoch)}, ${String(Math.round(ageSeconds))} s ago`;
}

/** Heartbeat details have to stay below a kilobyte. */
const MAX_RUNG_BYTES = 240;

function rungNote({ rungs }: TrainingProgress): Pick<HeartbeatDetails, 'rung'> {
  const last = rungs.at(-1);
  return last === undefined ? {} : { rung: shorten(`${String(rungs.length)}: ${last.note}`, MAX_RUNG_BYTES) };
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
  const checkpoints = watchCheckpoints();
  let lines = earlierLines();
  const beat = (): void => {
    const seconds = Math.round((Date.now() - startedAtMs) / 1000);
    const { training, ...rest } = progress;
    context.heartbeat({
      ...rest,
      key: key.slice(0, 16),
      seconds,
      ...(lines.length === 0 ? {} : { lines }),
      ...(training === undefined
        ? {}
        : {
            training: trainingNote(progress),
            checkpoint: checkpointNote(checkpoints.newest()),
            ...rungNote(training),
          }),
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
      checkpoints.see(next);
      const { training } = next;
      if (training === undefined || training.savedStep === 0 || lines.at(-1) === key) return;
      lines = linesWith(lines, key);
      // Told at once: the attempt may end before the next beat.
      beat();
    },
    checkpoint: checkpoints.newest,
    stop: () => clearInterval(timer),
  };
}
