import type { Checkpoint, CheckpointSink, EpochMetrics } from '../../training/neural/contract';

export interface MemoryCheckpoints extends CheckpointSink {
  /** Every checkpoint that was saved, oldest first, with its reason. */
  readonly saved: readonly { readonly checkpoint: Checkpoint; readonly reason: string }[];
  /** Every call of `recordEpoch`, in order. */
  readonly recorded: readonly EpochMetrics[];
}

export interface MemoryCheckpointHooks {
  /** What `latest` finds before anything is saved. */
  readonly start?: Checkpoint;
  /** Called before the n-th save (from 1); may throw, or take its time. */
  readonly beforeSave?: (n: number, checkpoint: Checkpoint) => void | Promise<void>;
  readonly beforeRecord?: (metrics: EpochMetrics) => void | Promise<void>;
}

/** Checkpoints in memory. They go through JSON and copies, so that nothing is shared with the training. */
export function memoryCheckpoints(hooks: MemoryCheckpointHooks = {}): MemoryCheckpoints {
  const saved: { checkpoint: Checkpoint; reason: string }[] = [];
  const recorded: EpochMetrics[] = [];
  let attempts = 0;
  return {
    saved,
    recorded,
    latest: (identity) => {
      const all = [hooks.start, ...saved.map(({ checkpoint }) => checkpoint)];
      const found = all.findLast((checkpoint) => checkpoint?.identity === identity);
      return Promise.resolve(found === undefined ? null : copyOf(found));
    },
    save: async (checkpoint, reason) => {
      attempts += 1;
      const copy = copyOf(checkpoint);
      await hooks.beforeSave?.(attempts, copy);
      saved.push({ checkpoint: copy, reason });
    },
    recordEpoch: async (metrics) => {
      await hooks.beforeRecord?.(metrics);
      recorded.push(metrics);
    },
  };
}

function copyOf(checkpoint: Checkpoint): Checkpoint {
  return {
    identity: checkpoint.identity,
    state: JSON.parse(JSON.stringify(checkpoint.state)) as Checkpoint['state'],
    weights: checkpoint.weights.slice(),
    bestWeights: checkpoint.bestWeights.slice(),
    firstMoment: checkpoint.firstMoment.slice(),
    secondMoment: checkpoint.secondMoment.slice(),
  };
}
