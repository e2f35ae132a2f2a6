import type { PoolChild } from '../../../training/pool';
import { readProcessMemory } from '../../../training/process-memory';
import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { Collector } from '../metrics-page';

/** The trainer children of one queue. */
export interface WatchedPool {
  readonly queue: string;
  readonly size: number;
  readonly memoryLimitBytes: number | null;
  readonly children: () => readonly PoolChild[];
}

/** How many trainers there are, what they do and how much memory each holds. */
export function trainerCollector(pools: readonly WatchedPool[], metrics: Instruments): Collector {
  const collectPool = async ({ queue, size, memoryLimitBytes, children }: WatchedPool): Promise<void> => {
    const alive = children();
    for (const state of ['busy', 'idle'] as const) {
      metrics.trainersAlive.set({ queue, state }, alive.filter((child) => child.state === state).length);
    }
    metrics.trainersWanted.set({ queue }, size);
    if (memoryLimitBytes !== null) metrics.trainerMemoryLimit.set({ queue }, memoryLimitBytes);
    for (const { place, pid } of alive) {
      const memory = pid === null ? null : await readProcessMemory(pid);
      if (memory !== null) metrics.trainerMemory.set({ queue, place: String(place) }, memory.rssBytes);
    }
  };
  return {
    name: 'trainers',
    collect: async () => {
      await Promise.all(pools.map(collectPool));
    },
    reset: () => {
      for (const metric of [metrics.trainersAlive, metrics.trainersWanted, metrics.trainerMemory]) metric.reset();
    },
  };
}
