import type { RowRange } from '../core/rows';
import { embargoEndRow } from './instants';

/** Label intervals of a series: row r's label lives in [time[r], t1[r]], both ends included. */
export interface LabelIntervals {
  /** t0: close instants of the bars, ascending. */
  readonly time: Float64Array;
  /** NaN where a label was not decided; its interval is then taken to reach as far as any label may. */
  readonly t1: Float64Array;
  /** The vertical barrier of the longest horizon. */
  readonly longestLabelBars: number;
}

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
  const blocks = blocksOf(evaluated, labels, rules);
  const kept: [number, number][] = [];
  let purged = 0;
  let embargoed = 0;
  let unlabelled = 0;
  for (const [from, to] of ascending(candidates)) {
    let next = blocks.findIndex((block) => block.to > from);
    if (next < 0) next = blocks.length;
    for (let row = from; row < to; row += 1) {
      while ((blocks[next]?.to ?? Infinity) <= row) next += 1;
      const before = blocks[next - 1];
      if (meetsBlockAhead(row, blocks[next], labels, rules) || meetsBlockBehind(row, before, labels)) purged += 1;
      else if (before !== undefined && row < before.embargoEnd) embargoed += 1;
      else if (Number.isNaN(labels.t1[row] ?? NaN)) unlabelled += 1;
      else appendRow(kept, row);
    }
  }
  return { kept, purged, embargoed, unlabelled };
}

/** The instant at which a row's label has ended; for an undecided one the latest at which it may, if bars go that far. */
export function labelEndMs({ time, t1, longestLabelBars }: LabelIntervals, row: number): number {
  const decided = t1[row] ?? NaN;
  return Number.isNaN(decided) ? (time[row + longestLabelBars] ?? Infinity) : decided;
}

/** Whether the row lies in the block, reaches into it, or stands in the bars before it. */
function meetsBlockAhead(row: number, block: Block | undefined, labels: LabelIntervals, rules: PurgeRules): boolean {
  if (block === undefined) return false;
  return row >= block.from - rules.purgeBars || labelEndMs(labels, row) >= block.startMs;
}

/** Whether the row begins before every label of the blocks behind it has ended. */
function meetsBlockBehind(row: number, block: Block | undefined, labels: LabelIntervals): boolean {
  return block !== undefined && (labels.time[row] ?? NaN) <= block.reachMs;
}

function blocksOf(evaluated: readonly RowRange[], labels: LabelIntervals, rules: PurgeRules): Block[] {
  let reachMs = -Infinity;
  return ascending(evaluated).map(([from, to]) => {
    for (let row = from; row < to; row += 1) reachMs = Math.max(reachMs, labelEndMs(labels, row));
    const embargoEnd = embargoEndRow(labels.time, reachMs, rules.embargoDays);
    return { from, to, startMs: labels.time[from] ?? Infinity, reachMs, embargoEnd };
  });
}

function ascending(ranges: readonly RowRange[]): RowRange[] {
  return ranges.filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0]);
}

function appendRow(ranges: [number, number][], row: number): void {
  const last = ranges.at(-1);
  if (last?.[1] === row) last[1] = row + 1;
  else ranges.push([row, row + 1]);
}
