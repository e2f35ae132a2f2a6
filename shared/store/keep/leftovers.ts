import type { Leftover, ObjectStore } from '../port';

/** A writer that is at work for longer than this is dead. */
const OLD_AFTER_MS = 24 * 3_600_000;

export interface LeftoverSweep {
  readonly old: readonly Leftover[];
  /** Of writers that may live. */
  readonly young: number;
}

/** What killed writers left beside the objects, told from what is being written. */
export async function oldLeftovers(objects: ObjectStore, nowMs: number): Promise<LeftoverSweep> {
  const all = (await objects.leftovers?.list()) ?? [];
  const old = all.filter(({ modifiedMs }) => nowMs - modifiedMs > OLD_AFTER_MS);
  return { old, young: all.length - old.length };
}
