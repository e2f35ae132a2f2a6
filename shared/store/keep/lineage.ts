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
      makers.set(sha256, [...(makers.get(sha256) ?? []), marker]);
    }
  }
  const up = new Map<string, readonly LineageLink[]>();
  const down = new Map<string, LineageLink[]>();
  for (const by of markers.values()) {
    const links = by.parents.flatMap((sha256) =>
      makersBefore(makers.get(sha256) ?? [], by).map((of) => ({ of, by, sha256 })),
    );
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

/**
 * Of several stages that published the same bytes, the last one before the stage that used them (bars that needed no cleaning
 * have the hash of the raw bars). Where symbols share bytes, such as folds of equal boundaries, those that were made of what
 * this stage was made of too.
 */
function makersBefore(makers: readonly MarkerNode[], by: MarkerNode): readonly MarkerNode[] {
  const before = makers.filter(({ stage }) => position(stage) < position(by.stage));
  if (before.length < 2) return before;
  const latest = Math.max(...before.map(({ stage }) => position(stage)));
  const last = before.filter(({ stage }) => position(stage) === latest);
  const shared = (maker: MarkerNode): number => maker.parents.filter((hash) => by.parents.includes(hash)).length;
  const most = Math.max(...last.map(shared));
  return last.filter((maker) => shared(maker) === most);
}

/** Where a stage stands in the order of the stages. */
export function position(stage: string): number {
  return STAGE_NAMES.findIndex((known) => known === stage);
}
