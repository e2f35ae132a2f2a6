import type { ObjectEntry, ObjectStore } from '../port';
import type { CollectionLease } from './collection-lease';
import { takeLease } from './collection-lease';
import type { CollectionPlan, OpenWork, RetentionPolicy } from './collection-plan';
import { planCollection } from './collection-plan';
import { mapBounded } from '../bounded';
import type { RemovalPhase } from './places';
import { readStoreGraph } from './read-graph';
import { referencesOf } from './references';
import { removeUnused } from './remove-unused';
import type { StoreGraph } from './store-graph';
import type { LeftoverSweep } from './leftovers';
import { oldLeftovers } from './leftovers';

export interface CollectionRequest {
  readonly policy: RetentionPolicy;
  /** What runs now; asked again before artifacts go. */
  readonly openWork: () => Promise<OpenWork>;
  /** Who collects, for people. */
  readonly who: string;
}

export interface Collected {
  readonly graph: StoreGraph;
  readonly plan: CollectionPlan;
  readonly removed: Readonly<Record<RemovalPhase, { readonly objects: number; readonly bytes: number }>>;
  /** What came into use while it was collected, and stayed. */
  readonly spared: readonly string[];
  readonly leftovers: LeftoverSweep;
}

export type CollectionRefusal =
  | { readonly kind: 'held'; readonly by: string }
  | { readonly kind: 'obstacles'; readonly obstacles: readonly string[] };

/** An activity may be about to refer to what it has just written, and a mark of use is made once an hour. */
export const LEAST_GRACE_MS = 2 * 3_600_000;

/** What a collection would remove, and what is left beside the objects. Writes nothing. */
export async function planOf(
  objects: ObjectStore,
  { policy, openWork }: CollectionRequest,
): Promise<Pick<Collected, 'graph' | 'plan' | 'leftovers'>> {
  const open = await openWork();
  const graph = await readStoreGraph(objects);
  const nowMs = Date.now();
  return { graph, plan: planCollection(graph, policy, { nowMs, open }), leftovers: await oldLeftovers(objects, nowMs) };
}

/**
 * Removes what the policy does not keep: runs, then what refers, then what is referred to, so that a crash at any moment
 * leaves no marker that points at nothing. Throws RangeError for a grace period below the least.
 */
export async function collect(
  objects: ObjectStore,
  request: CollectionRequest,
): Promise<Collected | { readonly refused: CollectionRefusal }> {
  if (!(request.policy.graceMs >= LEAST_GRACE_MS)) {
    throw new RangeError(
      `the grace period is ${String(request.policy.graceMs)} ms; at least ${String(LEAST_GRACE_MS)} are needed`,
    );
  }
  const taken = await takeLease(objects, request.who);
  if (taken.lease === null) return { refused: { kind: 'held', by: taken.heldBy } };
  const { lease } = taken;
  try {
    return await collectUnder(lease, objects, request);
  } finally {
    await lease.release();
  }
}

async function collectUnder(
  lease: CollectionLease,
  objects: ObjectStore,
  request: CollectionRequest,
): Promise<Collected | { readonly refused: CollectionRefusal }> {
  // The instant is the store's own: hosts may differ.
  const nowMs = lease.takenAtMs;
  const look = async (): Promise<{ graph: StoreGraph; plan: CollectionPlan }> => {
    const open = await request.openWork();
    const graph = await readStoreGraph(objects);
    return { graph, plan: planCollection(graph, request.policy, { nowMs, open }) };
  };
  const { graph, plan } = await look();
  if (plan.obstacles.length > 0) return { refused: { kind: 'obstacles', obstacles: plan.obstacles } };

  const references = referencesOf(graph);
  const kept = new Set<string>();
  const spared: string[] = [];
  const sweep = async (keys: readonly string[], { protectedSinceMs }: CollectionPlan): Promise<readonly string[]> => {
    const done = await removeUnused(objects, keys, {
      protectedSinceMs,
      lease,
      isSpared: (key) => kept.has(key),
      onSpared: (used) => {
        for (const key of references.closure(used)) kept.add(key);
      },
    });
    spared.push(...done.spared);
    return done.keys;
  };
  const runs = await sweep(plan.removals.runs, plan);
  const trainings = await sweep(plan.removals.trainings, plan);
  const snapshots = await sweep(plan.removals.snapshots, plan);
  const notices = await sweep(plan.removals.notices, plan);
  const markers = await sweep(plan.removals.markers, plan);
  // Looked at once more: what was published, registered or started meanwhile keeps its artifacts.
  const again = (await look()).plan;
  const stillUnused = new Set(again.obstacles.length > 0 ? [] : again.removals.artifacts);
  const artifacts = await sweep(
    plan.removals.artifacts.filter((key) => stillUnused.has(key)),
    again,
  );
  const gone = new Set([...runs, ...trainings, ...snapshots, ...notices, ...markers, ...artifacts]);
  const marks = plan.removals.marks.filter((use) => {
    const key = use.slice('uses/'.length);
    return gone.has(key) || !graph.entries.has(key);
  });
  await mapBounded(marks, (key) => objects.remove(key));
  const leftovers = await oldLeftovers(objects, nowMs);
  for (const leftover of leftovers.old) await objects.leftovers?.remove(leftover);
  const sizes = new Map<string, ObjectEntry>([
    ...graph.entries,
    ...[...graph.uses.values()].map((use) => [use.key, use] as const),
  ]);
  const counted = (keys: readonly string[]) => ({
    objects: keys.length,
    bytes: keys.reduce((sum, key) => sum + (sizes.get(key)?.bytes ?? 0), 0),
  });
  return {
    graph,
    plan,
    removed: {
      runs: counted(runs),
      trainings: counted(trainings),
      snapshots: counted(snapshots),
      notices: counted(notices),
      markers: counted(markers),
      artifacts: counted(artifacts),
      marks: counted(marks),
    },
    spared,
    leftovers,
  };
}
