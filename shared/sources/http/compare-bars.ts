import type { BarColumns } from '../../../domain/core/bars';
import { BAR_FIELDS } from '../../../domain/core/bars';
import type { RevisedRow, Revision } from '../../contracts/vendor';

/** A page of the report holds no more; the counts tell of the rest. */
const MAX_ROWS = 10;

export type BarDifferences = Pick<Revision, 'changed' | 'removed' | 'addedInPast' | 'rows'>;

/**
 * How a later answer tells known bars otherwise; both ascending in time. null where it does not: bars after the newest known
 * one are new, and bars before the first one of the later answer have left the vendor's window.
 */
export function compareBars(before: BarColumns, after: BarColumns): BarDifferences | null {
  const known = rowsByTime(before);
  const now = rowsByTime(after);
  const newestKnownMs = lastTime(before);
  const firstNowMs = after.time[0] ?? Infinity;
  const rows: RevisedRow[] = [];
  let changed = 0;
  let addedInPast = 0;
  let removed = 0;
  for (const [timeMs, row] of now) {
    const old = known.get(timeMs);
    if (old === undefined) {
      if (timeMs > newestKnownMs) continue;
      addedInPast += 1;
      rows.push({ timeMs, kind: 'added', field: null, before: null, after: numberOrNull(after.close[row]) });
      continue;
    }
    const field = BAR_FIELDS.find((name) => !Object.is(before[name][old], after[name][row]));
    if (field === undefined) continue;
    changed += 1;
    const values = { before: numberOrNull(before[field][old]), after: numberOrNull(after[field][row]) };
    rows.push({ timeMs, kind: 'changed', field, ...values });
  }
  for (const [timeMs, row] of known) {
    if (now.has(timeMs) || timeMs < firstNowMs) continue;
    removed += 1;
    rows.push({ timeMs, kind: 'removed', field: null, before: numberOrNull(before.close[row]), after: null });
  }
  if (changed + removed + addedInPast === 0) return null;
  const first = rows.sort((a, b) => a.timeMs - b.timeMs).slice(0, MAX_ROWS);
  return { changed, removed, addedInPast, rows: first };
}

/** The first row of each time; rows without one are left out. */
function rowsByTime({ time }: BarColumns): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  for (const [row, instant] of time.entries()) if (!Number.isNaN(instant) && !rows.has(instant)) rows.set(instant, row);
  return rows;
}

function lastTime({ time }: BarColumns): number {
  return time.reduce((newest, instant) => (instant > newest ? instant : newest), -Infinity);
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
