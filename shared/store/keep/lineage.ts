import { STAGE_NAMES } from '../../names/stages';
import type { MarkerNode, StoreGraph } from './store-graph';

/** One stage made of another's output: which output, by hash. */
export interface LineageLink {
  readonly of: MarkerNode;
  readonly by: MarkerNode;
  readonly sha256: string;
}

/** What was made of what, both ways; either is the other one turned round. */
export interface Lineage {
  /** What a stage was made of. */
  up(marker: MarkerNode): readonly LineageLink[];
  /** What was made of a stage. */
  down(marker: MarkerNode): readonly LineageLink[];
  /** The stages that published these bytes, the earliest stage first. */
  makers(sha256: string): readonly MarkerNode[];
}

export function lineageOf({ markers }: Pick<StoreGraph, 'markers'>): Lineage {
  const makers = new Map<string, MarkerNode[]>();
  for (const marker of markers.values()) {
    for (const sha256 of new Set(Object.values(marker.outputs).map((ref) => ref.sha256))) {
      const known = makers.get(sha256);
      if (known === undefined) makers.set(sha256, [marker]);
      else known.push(marker);
    }
  }
  const up = new Map<string, readonly LineageLink[]>();
  const down = new Map<string, LineageLink[]>();
  for (const by of markers.values()) {
    const before = by.parents.map((sha256) => ({ sha256, last: lastBefore(makers.get(sha256) ?? [], by) }));
    const context = contextOf(by, before);
    const links = before.flatMap(({ sha256, last }) => closest(last, context).map((of) => ({ of, by, sha256 })));
    up.set(by.at, links);
    for (const link of links) {
      const known = down.get(link.of.at);
      if (known === undefined) down.set(link.of.at, [link]);
      else known.push(link);
    }
  }
  return {
    up: (marker) => up.get(marker.at) ?? [],
    down: (marker) => down.get(marker.at) ?? [],
    makers: (sha256) => [...(makers.get(sha256) ?? [])].sort((a, b) => position(a.stage) - position(b.stage)),
  };
}

/** Every stage above, or below, the given ones, themselves included. */
export function reach(
  lineage: Lineage,
  from: readonly MarkerNode[],
  direction: 'up' | 'down',
): ReadonlyMap<string, MarkerNode> {
  const found = new Map<string, MarkerNode>();
  const open = [...from];
  for (let marker = open.pop(); marker !== undefined; marker = open.pop()) {
    if (found.has(marker.at)) continue;
    found.set(marker.at, marker);
    const next = direction === 'up' ? lineage.up(marker).map(({ of }) => of) : lineage.down(marker).map(({ by }) => by);
    open.push(...next);
  }
  return found;
}

interface Before {
  readonly sha256: string;
  readonly last: readonly MarkerNode[];
}

/**
 * Of several stages that published the same bytes, the last ones before the stage that used them: bars that needed no
 * cleaning have the hash of the raw bars.
 */
function lastBefore(makers: readonly MarkerNode[], by: MarkerNode): readonly MarkerNode[] {
  const before = makers.filter(({ stage }) => position(stage) < position(by.stage));
  if (before.length < 2) return before;
  const latest = Math.max(...before.map(({ stage }) => position(stage)));
  return before.filter(({ stage }) => position(stage) === latest);
}

/** What a stage was made of, and what that was made of as far as there is no doubt. */
function contextOf(by: MarkerNode, before: readonly Before[]): ReadonlySet<string> {
  if (before.every(({ last }) => last.length < 2)) return new Set();
  return new Set([...by.parents, ...before.flatMap(({ last }) => (last.length === 1 ? (last[0]?.parents ?? []) : []))]);
}

/** Where symbols share bytes, such as folds of equal boundaries: the makers that share most of the context. */
function closest(makers: readonly MarkerNode[], context: ReadonlySet<string>): readonly MarkerNode[] {
  if (makers.length < 2) return makers;
  const shared = (maker: MarkerNode): number => maker.parents.filter((hash) => context.has(hash)).length;
  const most = Math.max(...makers.map(shared));
  return makers.filter((maker) => shared(maker) === most);
}

const POSITIONS: ReadonlyMap<string, number> = new Map(STAGE_NAMES.map((name, at) => [name, at]));

/** Where a stage stands in the order of the stages; -1 for one that is unknown. */
export function position(stage: string): number {
  return POSITIONS.get(stage) ?? -1;
}
