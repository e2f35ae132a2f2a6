import type { Collected } from '../../shared/store/keep/collect';
import type { KeepReason } from '../../shared/store/keep/collection-plan';
import { KEEP_REASONS } from '../../shared/store/keep/collection-plan';
import type { RemovalPhase } from '../../shared/store/keep/places';
import { REMOVAL_PHASES } from '../../shared/store/keep/places';
import type { StoreGraph } from '../../shared/store/keep/store-graph';
import { byteCount } from './byte-count';
import { textTable } from './text-table';

/** A plan, and what came of it where it was carried out. */
type Shown = Pick<Collected, 'graph' | 'plan' | 'leftovers' | 'spared'> & {
  readonly removed: Collected['removed'] | null;
};

interface Counted {
  readonly objects: number;
  readonly bytes: number;
}

const PHASE_NAMES: Readonly<Record<RemovalPhase, string>> = {
  runs: 'files of runs',
  trainings: 'checkpoints and metrics',
  snapshots: 'old snapshots of vendors',
  notices: 'old alerts, drills and probes',
  markers: 'stage markers',
  artifacts: 'artifacts',
  marks: 'marks of use',
};
const MAX_NAMED = 10;

/** What goes, what stays and why, as lines. */
export function collectionLines(shown: Shown, graceHours: string): readonly string[] {
  const { plan, leftovers, spared, removed } = shown;
  const goes = removedOf(shown);
  const sum = total(Object.values(goes));
  const names = plan.removedRuns.map(({ record, folder }) => record?.runId ?? folder);
  return [
    `${removed === null ? 'would remove' : 'removed'} ${String(sum.objects)} objects, ${byteCount(sum.bytes)}`,
    textTable(
      [removed === null ? 'would go' : 'went', 'objects', 'size'],
      REMOVAL_PHASES.map((phase) => [PHASE_NAMES[phase], String(goes[phase].objects), byteCount(goes[phase].bytes)]),
    ),
    ...(names.length === 0 ? [] : [`runs: ${named(names)}`]),
    ...(leftovers.old.length === 0
      ? []
      : [`leftovers of killed writers, older than a day: ${String(leftovers.old.length)}`]),
    ...(spared.length === 0 ? [] : [`came into use meanwhile and stayed: ${String(spared.length)}`]),
    textTable(
      ['stays, because', 'objects', 'size'],
      KEEP_REASONS.map((reason) => {
        const { objects, bytes } = keptBecause(shown, reason);
        return [reasonText(reason, graceHours), String(objects), byteCount(bytes)];
      }),
    ),
    ...openLine(plan.open),
    ...plan.obstacles.map((obstacle) => `in the way: ${obstacle}`),
    ...(removed === null ? ['nothing was removed: give --apply to do it'] : []),
  ];
}

export function collectionJson(shown: Shown) {
  const { plan, leftovers, spared, removed } = shown;
  return {
    applied: removed !== null,
    openWorkflows: plan.open.workflowIds,
    removed: removedOf(shown),
    removedRuns: plan.removedRuns.map(({ record, folder }) => record?.runId ?? folder),
    keptRuns: plan.keptRuns.map(({ record, folder }) => record?.runId ?? folder),
    kept: Object.fromEntries(KEEP_REASONS.map((reason) => [reason, keptBecause(shown, reason)])),
    leftovers: leftovers.old.map(({ name }) => name),
    spared,
    obstacles: plan.obstacles,
    objects: removed === null ? plan.removals : undefined,
  };
}

function openLine({ workflowIds, sinceMs }: Shown['plan']['open']): readonly string[] {
  if (sinceMs === null) return [];
  const since = new Date(sinceMs).toISOString().slice(0, 19);
  return [`open workflows: ${String(workflowIds.length)}, the oldest since ${since} (UTC): ${named(workflowIds)}`];
}

function removedOf({ graph, plan, removed }: Shown): Readonly<Record<RemovalPhase, Counted>> {
  if (removed !== null) return removed;
  const counted = (phase: RemovalPhase): Counted => sizeOf(plan.removals[phase], graph);
  return {
    runs: counted('runs'),
    trainings: counted('trainings'),
    snapshots: counted('snapshots'),
    notices: counted('notices'),
    markers: counted('markers'),
    artifacts: counted('artifacts'),
    marks: counted('marks'),
  };
}

function keptBecause({ plan, graph }: Shown, reason: KeepReason): Counted {
  return sizeOf(
    [...plan.kept].filter(([, because]) => because === reason).map(([key]) => key),
    graph,
  );
}

function sizeOf(keys: readonly string[], { entries, uses }: StoreGraph): Counted {
  const bytesOf = (key: string): number => (entries.get(key) ?? uses.get(key.slice('uses/'.length)))?.bytes ?? 0;
  return { objects: keys.length, bytes: keys.reduce((sum, key) => sum + bytesOf(key), 0) };
}

function total(counts: readonly Counted[]): Counted {
  return {
    objects: counts.reduce((sum, { objects }) => sum + objects, 0),
    bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function reasonText(reason: KeepReason, graceHours: string): string {
  switch (reason) {
    case 'alias':
      return 'a champion, challenger or previous model needs it';
    case 'open':
      return 'used since the oldest open run began';
    case 'run':
      return 'a kept run needs it';
    case 'recent':
      return `written or used in the last ${graceHours} hours, or needed by such`;
    case 'vendor':
      return 'among the newest snapshots of a vendor, or read by a kept run';
    case 'notice':
      return 'an alert or a drill of the last months';
    case 'permanent':
      return 'registry, audit log, unknown: never collected';
  }
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return names.length > MAX_NAMED ? `${shown} and ${String(names.length - MAX_NAMED)} more` : shown;
}
