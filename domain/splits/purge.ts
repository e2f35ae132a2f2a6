import type { RowRange } from '../core/rows';
import { embargoEndRow, firstRowAfter } from './instants';
import {
  decidedWithin,
  firstRowThatMayReach,
  indexLabels,
  labelEndMs,
  latestEndWithin,
  type LabelIndex,
  type LabelIntervals,
} from './label-index';

export { labelEndMs, type LabelIntervals } from './label-index';

export interface PurgeRules {
  /** Bars left out before each evaluated block. */
  readonly purgeBars: number;
  /** Trading days left out after each evaluated block; see `embargoEndRow`. */
  readonly embargoDays: number;
}

export interface PurgedRows {
  /** What is left to train on, ascending. */
  readonly kept: readonly RowRange[];
  /** Rows taken out because their interval meets an evaluated one, or because they lie in the bars before a block. */
  readonly purged: number;
  /** Rows taken out only because they follow an evaluated block too closely. */
  readonly embargoed: number;
  /** Rows left out only because they have no t1, so no label. */
  readonly unlabelled: number;
}

/** Evaluated rows as a block, with what all blocks up to it reach to. */
interface Block {
  readonly from: number;
  readonly to: number;
  /** The instant at which the block's first label begins. */
  readonly startMs: number;
  /** The latest t1 of this block and the ones before it. */
  readonly reachMs: number;
  /** The first row free of the embargoes of this block and the ones before it. */
  readonly embargoEnd: number;
}

/**
 * Takes out of the rows `candidates` whatever training must not see when the rows `evaluated` judge it. Candidates may lie
 * on both sides of evaluated blocks (purged k-fold, CPCV) or only before them (walk-forward). A candidate goes when
 *
 * 1. its label interval [t0, t1] meets the label interval of an evaluated row (touching ends meet), before or after the
 *    block: it started before the block and ends inside it, or starts before the block's last label has ended;
 * 2. it is one of the `purgeBars` bars before a block;
 * 3. it follows a block within the embargo, counted from the block's latest t1 in trading days;
 * 4. it has no t1, so no label to train on.
 *
 * The embargo is there because features look back: a row just after a block has seen the block's bars.
 *
 * Example: 12 daily bars, each label decided two bars later, `evaluated` = rows 4 and 5, `purgeBars` 2, `embargoDays` 1:
 *
 * | row    | 0    | 1    | 2      | 3      | 4    | 5    | 6      | 7      | 8       | 9    | 10   | 11   |
 * | ------ | ---- | ---- | ------ | ------ | ---- | ---- | ------ | ------ | ------- | ---- | ---- | ---- |
 * | t1 row | 2    | 3    | 4      | 5      | 6    | 7    | 8      | 9      | 10      | 11   | none | none |
 * | fate   | kept | kept | purged | purged | test | test | purged | purged | embargo | kept | none | none |
 *
 * Row 2 ends where row 4 begins, so they meet; rows 6 and 7 begin before row 5's label has ended (at row 7). The result is
 * `{ kept: [[0, 2], [9, 10]], purged: 4, embargoed: 1, unlabelled: 2 }`.
 *
 * Source: López de Prado, Advances in Financial Machine Learning (2018), ch. 7, sections 7.4.1 and 7.4.2; rule 2 is ours.
 */
export function purgeAndEmbargo(
  candidates: readonly RowRange[],
  evaluated: readonly RowRange[],
  labels: LabelIntervals,
  rules: PurgeRules,
): PurgedRows {
  return purgeIndexed(candidates, evaluated, indexLabels(labels), rules);
}

/**
 * The same with labels that were indexed before: its cost hangs on the number of ranges and on the rows near their borders,
 * not on the length of the series (as long as no label reaches far beyond the others).
 */
export function purgeIndexed(
  candidates: readonly RowRange[],
  evaluated: readonly RowRange[],
  labels: LabelIndex,
  rules: PurgeRules,
): PurgedRows {
  const blocks = blocksOf(evaluated, labels, rules);
  const sorted: Sorted = { kept: [], purged: 0, embargoed: 0, unlabelled: 0 };
  for (const [from, to] of ascending(candidates)) {
    let next = blocks.findIndex((block) => block.to > from);
    if (next < 0) next = blocks.length;
    for (let at = from; at < to; next += 1) {
      const end = Math.min(to, blocks[next]?.to ?? Infinity);
      sortStretch([at, end], blocks[next - 1], blocks[next], { labels, rules }, sorted);
      at = end;
    }
  }
  return sorted;
}

/** What was sorted so far. */
interface Sorted {
  readonly kept: [number, number][];
  purged: number;
  embargoed: number;
  unlabelled: number;
}

/** Sorts rows that lie behind the block `before` and not behind the block `ahead`. */
function sortStretch(
  [from, to]: RowRange,
  before: Block | undefined,
  ahead: Block | undefined,
  { labels, rules }: { readonly labels: LabelIndex; readonly rules: PurgeRules },
  sorted: Sorted,
): void {
  const within = (row: number, low: number, high: number): number => Math.max(low, Math.min(high, row));
  // Rows up to here begin before every label of the blocks behind has ended.
  const free = before === undefined ? from : within(firstRowAfter(labels.time, before.reachMs), from, to);
  const held = before === undefined ? free : within(before.embargoEnd, free, to);
  // From here on rows stand in the bars before the block ahead, or in it.
  const stop = ahead === undefined ? to : within(ahead.from - rules.purgeBars, free, to);
  // Before this row no label reaches into it.
  const reach = ahead === undefined ? stop : within(firstRowThatMayReach(labels, ahead.startMs), free, stop);

  sorted.purged += free - from + (to - stop);
  sorted.embargoed += Math.min(held, reach) - free;
  keepDecided(Math.min(held, reach), reach, labels, sorted);
  for (let row = reach; row < stop; row += 1) {
    if (labelEndMs(labels, row) >= (ahead?.startMs ?? Infinity)) sorted.purged += 1;
    else if (row < held) sorted.embargoed += 1;
    else keepDecided(row, row + 1, labels, sorted);
  }
}

function keepDecided(from: number, to: number, labels: LabelIndex, sorted: Sorted): void {
  let decided = 0;
  for (const [a, b] of decidedWithin(labels, from, to)) {
    decided += b - a;
    const last = sorted.kept.at(-1);
    if (last?.[1] === a) last[1] = b;
    else sorted.kept.push([a, b]);
  }
  sorted.unlabelled += to - from - decided;
}

function blocksOf(evaluated: readonly RowRange[], labels: LabelIndex, rules: PurgeRules): Block[] {
  let reachMs = -Infinity;
  return ascending(evaluated).map(([from, to]) => {
    reachMs = Math.max(reachMs, latestEndWithin(labels, from, to));
    const embargoEnd = embargoEndRow(labels.time, reachMs, rules.embargoDays);
    return { from, to, startMs: labels.time[from] ?? Infinity, reachMs, embargoEnd };
  });
}

function ascending(ranges: readonly RowRange[]): RowRange[] {
  return ranges.filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0]);
}
