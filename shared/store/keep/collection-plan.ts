import { DAY_MS } from '../../names/durations';
import { USE_REFRESH_MS, lastUseMs } from '../uses';
import { keptNotices, keptSnapshots } from './keep-by-age';
import { position } from './lineage';
import type { ObjectKind, RemovalPhase } from './places';
import { hashesIn, objectKind, removalPhaseOf, trainingKeyOf } from './places';
import type { References } from './references';
import { referencesOf, versionsOf } from './references';
import type { RunNode, StoreGraph } from './store-graph';
import { aliasesOf } from './store-graph';

/** What is kept; everything else may go. */
export interface RetentionPolicy {
  /** So many of the newest runs are kept, however old. */
  readonly keepRuns: number;
  /** Runs younger than this are kept, however many. */
  readonly keepDays: number;
  /** Whatever was written or used since then is kept: an activity may be about to refer to it. */
  readonly graceMs: number;
}

/** Work that is under way, as the Temporal server tells. */
export interface OpenWork {
  readonly workflowIds: readonly string[];
  /** Start of the oldest one, epoch milliseconds; null where nothing is open. */
  readonly sinceMs: number | null;
}

/** Why an object stays, the strongest reason first. */
export const KEEP_REASONS = ['alias', 'open', 'run', 'recent', 'vendor', 'notice', 'permanent'] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

export interface CollectionPlan {
  readonly open: OpenWork;
  /** Nothing written or used since is removed; epoch milliseconds of the store's clock. */
  readonly protectedSinceMs: number;
  readonly removals: Readonly<Record<RemovalPhase, readonly string[]>>;
  readonly removedRuns: readonly RunNode[];
  readonly keptRuns: readonly RunNode[];
  /** Every object that stays, with the reason. */
  readonly kept: ReadonlyMap<string, KeepReason>;
  /** What cannot be judged because something that would be kept cannot be read: nothing may be removed then. */
  readonly obstacles: readonly string[];
}

/** Which objects may go. Pure; `nowMs` is of the store's clock. */
export function planCollection(
  graph: StoreGraph,
  policy: RetentionPolicy,
  { nowMs, open }: { readonly nowMs: number; readonly open: OpenWork },
): CollectionPlan {
  const references = referencesOf(graph);
  // A hit that needs no fresh mark may be as old as a mark may be.
  const openSinceMs = open.sinceMs === null ? Infinity : open.sinceMs - USE_REFRESH_MS;
  const graceSinceMs = nowMs - policy.graceMs;
  const protectedSinceMs = Math.min(graceSinceMs, openSinceMs);
  const usedMs = usedSince(graph);

  const runs = [...graph.runs.values()].sort((a, b) => startOf(b) - startOf(a));
  const isKept = (run: RunNode, rank: number): boolean =>
    rank < policy.keepRuns || startOf(run) >= nowMs - policy.keepDays * DAY_MS;
  const chosen = runs.filter(isKept);
  const active = runs.filter((run) => run.newestMs >= protectedSinceMs);

  const kept = new Map<string, KeepReason>();
  const keep = (reason: KeepReason, keys: Iterable<string>): void => {
    for (const key of references.closure(keys)) if (!kept.has(key)) kept.set(key, reason);
  };
  keep('alias', aliasRoots(graph));
  const recent = [...graph.entries.keys()].filter(
    (key) => removalPhaseOf(key) !== null && usedMs(key) >= protectedSinceMs,
  );
  const isOld = (key: string): boolean => usedMs(key) < graceSinceMs;
  keep('open', [
    ...active.filter((run) => run.newestMs < graceSinceMs).flatMap(({ keys }) => keys),
    ...recent.filter(isOld),
  ]);
  keep(
    'run',
    chosen.flatMap(({ keys }) => keys),
  );
  keep('recent', [...active.flatMap(({ keys }) => keys), ...recent]);
  for (const key of graph.entries.keys()) {
    // A version without an alias stays as a card; its bundle may go. What a decision or a trial was founded on stays with it.
    const isFounded = ['alias-assignment', 'trial'].includes(objectKind(key));
    const own = isFounded ? references.closure([key]) : [key];
    if (removalPhaseOf(key) === null) for (const each of own) if (!kept.has(each)) kept.set(each, 'permanent');
  }
  keepRunsNamed(graph, kept, keep);
  keepTrainings(graph, kept, { references, protectedSinceMs, usedMs });
  const { keepDays } = policy;
  const keptRuns = runs.filter(({ folder }) => kept.has(`${folder}/run.json`));
  const byRuns = new Set(kept.keys());
  keep('vendor', keptSnapshots(graph, { keepDays, nowMs, keptRuns, isKept: (key) => byRuns.has(key) }));
  keep('notice', keptNotices(graph, keepDays, nowMs));

  const gone = [...graph.entries.keys()].filter((key) => !kept.has(key));
  const keptFolders = new Set([...kept.keys()].flatMap((key) => (key.startsWith('runs/') ? [folderOf(key)] : [])));
  return {
    open,
    protectedSinceMs,
    removals: removalsOf(graph, gone, protectedSinceMs),
    removedRuns: runs.filter(({ folder }) => !keptFolders.has(folder)),
    keptRuns: runs.filter(({ folder }) => keptFolders.has(folder)),
    kept,
    obstacles: obstaclesOf(graph, kept),
  };
}

function usedSince({ entries, uses }: StoreGraph): (key: string) => number {
  return (key) => {
    const entry = entries.get(key);
    return entry === undefined ? 0 : lastUseMs(entry, uses.get(key) ?? null);
  };
}

function startOf({ record, newestMs }: RunNode): number {
  return record?.startedAtMs ?? newestMs;
}

function aliasRoots({ models }: StoreGraph): readonly string[] {
  return [...models.values()].flatMap((model) => aliasesOf(model).flatMap(([, version]) => versionsOf(model, version)));
}

/** A run is kept whole or not at all: of one whose record is kept for an alias, the rest of its folder stays too. */
function keepRunsNamed(
  { runs }: StoreGraph,
  kept: ReadonlyMap<string, KeepReason>,
  keep: (reason: KeepReason, keys: Iterable<string>) => void,
): void {
  for (const { folder, keys } of runs.values()) {
    const reason = kept.get(`${folder}/run.json`);
    if (reason !== undefined) keep(reason, keys);
  }
}

/**
 * Checkpoints stay while somebody may go on from them: they are young, or a kept run computed under their key and there is no
 * result yet. Metrics stay as long as the result or a kept run.
 */
function keepTrainings(
  graph: StoreGraph,
  kept: Map<string, KeepReason>,
  given: {
    readonly references: References;
    readonly protectedSinceMs: number;
    readonly usedMs: (key: string) => number;
  },
): void {
  const published = new Set([...graph.markers.values()].map(({ key }) => key));
  const keptKeys = [...kept.keys()];
  const wanted = new Set(keptKeys.filter((key) => objectKind(key) === 'attempt').flatMap(hashesIn));
  const results = new Set(keptKeys.flatMap((key) => graph.markers.get(key)?.key ?? []));
  const lines = new Map<string, string[]>();
  for (const key of graph.entries.keys()) {
    const training = trainingKeyOf(key);
    if (training === null) continue;
    const line = `${objectKind(key)} ${training}`;
    lines.set(line, [...(lines.get(line) ?? []), key]);
  }
  for (const [line, keys] of lines) {
    const [kind, training = ''] = line.split(' ');
    const isYoung = keys.some((key) => given.usedMs(key) >= given.protectedSinceMs);
    const isNeeded =
      kind === 'checkpoint'
        ? wanted.has(training) && !published.has(training)
        : wanted.has(training) || results.has(training);
    if (!isYoung && !isNeeded) continue;
    for (const key of keys) if (!kept.has(key)) kept.set(key, isYoung ? 'recent' : 'run');
  }
}

function removalsOf(graph: StoreGraph, gone: readonly string[], protectedSinceMs: number): CollectionPlan['removals'] {
  const ofPhase = (phase: RemovalPhase): string[] => gone.filter((key) => removalPhaseOf(key) === phase);
  const going = new Set(gone);
  const stageOf = (key: string): number => position(graph.markers.get(key)?.stage ?? '');
  return {
    // Records first: without one, a run's folder is no more than what attempts leave.
    runs: withFirst('run-record', ofPhase('runs')),
    // As a line is removed by its writer: markers, bytes, fences.
    trainings: ofPhase('trainings').sort((a, b) => trainingRank(a) - trainingRank(b)),
    // A mark of a reader without its snapshot is passed over; the other way round a snapshot would count as unread.
    snapshots: withFirst('vendor-snapshot', ofPhase('snapshots')),
    notices: ofPhase('notices'),
    // Later stages first: what is left after a crash can still tell what it was made of.
    markers: ofPhase('markers').sort((a, b) => stageOf(b) - stageOf(a)),
    artifacts: ofPhase('artifacts'),
    marks: [...graph.uses]
      .filter(([key, { modifiedMs }]) => modifiedMs < protectedSinceMs && (!graph.entries.has(key) || going.has(key)))
      .map(([, { key }]) => key),
  };
}

function withFirst(kind: ObjectKind, keys: readonly string[]): readonly string[] {
  const isFirst = (key: string): boolean => objectKind(key) === kind;
  return [...keys.filter(isFirst), ...keys.filter((key) => !isFirst(key))];
}

function trainingRank(key: string): number {
  if (key.startsWith('metrics/')) return 3;
  return key.includes('/markers/') ? 0 : key.includes('/bytes/') ? 1 : 2;
}

function obstaclesOf({ unreadable }: StoreGraph, kept: ReadonlyMap<string, KeepReason>): readonly string[] {
  return unreadable
    .filter(({ key }) => objectKind(key) !== 'stage-marker' && kept.has(key))
    .map(({ key, reason }) => `${key}: ${reason}`);
}

function folderOf(key: string): string {
  return key.split('/').slice(0, 2).join('/');
}
