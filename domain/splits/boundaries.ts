import { FOLD_PARTS, type FoldPart } from '../core/folds';
import { fail, ok, type Result } from '../core/result';
import { countRows, type RowRange } from '../core/rows';
import { firstRowAtOrAfter } from './instants';
import type { SplitSettings } from './settings';

/** The parts of one fold before purging: row ranges, ascending in each part; together they hold no row twice. */
export interface FoldBoundaries {
  /** `f0`, `f1`, … in the order of the scheme: time in walk-forward, test groups in CPCV. */
  readonly id: string;
  readonly parts: Readonly<Record<FoldPart, readonly RowRange[]>>;
  /** Where the series was cut into groups: the number of the group of each test range. */
  readonly testGroups?: readonly number[];
}

/**
 * Where a validation part [from, to) is halved in time: its first row that closes at or after `middleMs`, the middle
 * between its first and last close where none is given.
 */
export function halfOf(time: Float64Array, from: number, to: number, middleMs?: number): number {
  const middle = middleMs ?? ((time[from] ?? NaN) + (time[to - 1] ?? NaN)) / 2;
  return Math.max(from, Math.min(to, firstRowAtOrAfter(time, middle)));
}

/** Refuses a fold of which a part has fewer than `minPartRows` rows before purging. */
export function checkParts(fold: FoldBoundaries, settings: SplitSettings, bars: number): Result<FoldBoundaries> {
  for (const part of FOLD_PARTS) {
    const rows = countRows(fold.parts[part]);
    if (rows >= settings.minPartRows) continue;
    return fail(
      'InvalidSplits',
      `The ${part} part of fold ${fold.id} has ${rows} rows of the series’ ${bars}, below minPartRows ` +
        `${settings.minPartRows}, with ${describeScheme(settings)}; lengthen the part or give more bars`,
      { fold: fold.id, part, rows, bars, ...settings },
    );
  }
  return ok(fold);
}

/** The scheme with the settings that it reads, for messages. */
export function describeScheme(settings: SplitSettings): string {
  const named = Object.entries(readBy(settings)).map(([name, value]) => `${name} ${String(value)}`);
  return `scheme ${settings.scheme} (${named.join(', ')})`;
}

function readBy({ scheme, holdout, walkForward, groups }: SplitSettings): object {
  switch (scheme) {
    case 'holdout':
      return holdout;
    case 'walkForward':
      return walkForward;
    case 'purgedKFold':
      return { count: groups.count, prologueShare: groups.prologueShare };
    case 'cpcv':
      return { count: groups.count, testGroups: groups.testGroups, prologueShare: groups.prologueShare };
  }
}
