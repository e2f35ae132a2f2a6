import { DAY_MS } from '../../../domain/core/durations';
import { zoneOffset } from '../../runtime/zone-offset';

/** Turns wall-clock times of one zone into instants. */
export interface ZoneClock {
  readonly zone: string;
  /**
   * The instant, in epoch milliseconds, at which clocks of the zone show `localMs` (wall-clock time written as if it
   * were UTC). `previousMs` is the instant of the row before, NaN for the first.
   *
   * Rule at the two changes of a year: a time that clocks skip is read with the offset before the change, which shifts
   * it forward by what was skipped (02:30 becomes 03:30). A time that clocks show twice is its first occurrence, unless
   * that would not lie after the row before while the second does not lie before it: then the rows are ascending and
   * already past the first, and the second is meant. In rows that descend or are shuffled the first is taken.
   */
  toInstant(localMs: number, previousMs: number): number;
}

/** An instant at which the zone's offset from UTC changes; offsets in milliseconds, positive east. */
interface Change {
  readonly atMs: number;
  readonly before: number;
  readonly after: number;
}

/** The clock of an IANA zone, or null where there is no such zone. Changes come from Intl and are searched once a year. */
export function zoneClock(zone: string): ZoneClock | null {
  const offsetAt = zoneOffset(zone);
  if (offsetAt === null) return null;
  const changesOfYear = new Map<number, readonly Change[]>();
  const changesIn = (year: number): readonly Change[] => {
    const known = changesOfYear.get(year);
    if (known !== undefined) return known;
    const found = searchChanges(year, offsetAt);
    changesOfYear.set(year, found);
    return found;
  };
  // Between two changes the offset is one number: most rows need no search.
  let calm = { fromLocal: NaN, toLocal: NaN, offset: 0 };

  const toInstant = (localMs: number, previousMs: number): number => {
    if (localMs >= calm.fromLocal && localMs < calm.toLocal) return localMs - calm.offset;
    if (!Number.isFinite(localMs)) return NaN;
    const year = new Date(localMs).getUTCFullYear();
    // A day beyond the year on both sides, because the year is that of the local time.
    const changes = [year - 1, year, year + 1].flatMap(changesIn);
    let fromLocal = Date.UTC(year, 0, 1);
    let offset = offsetAt(Date.UTC(year - 1, 0, 1));
    for (const change of changes) {
      const low = change.atMs + Math.min(change.before, change.after);
      const high = change.atMs + Math.max(change.before, change.after);
      if (localMs < low) {
        calm = { fromLocal, toLocal: Math.min(low, Date.UTC(year + 1, 0, 1)), offset };
        return localMs - offset;
      }
      if (localMs < high) return insideChange(localMs, change, previousMs);
      fromLocal = Math.max(fromLocal, high);
      offset = change.after;
    }
    calm = { fromLocal, toLocal: Date.UTC(year + 1, 0, 1), offset };
    return localMs - offset;
  };
  return { zone, toInstant };
}

function insideChange(localMs: number, change: Change, previousMs: number): number {
  const first = localMs - change.before;
  if (change.after > change.before) return first;
  const second = localMs - change.after;
  return first <= previousMs && second >= previousMs ? second : first;
}

/** Looks at the offset every week (no zone changes twice within one) and narrows each change down to the second. */
function searchChanges(year: number, offsetAt: (instantMs: number) => number): readonly Change[] {
  const changes: Change[] = [];
  const endMs = Date.UTC(year + 1, 0, 1);
  for (let fromMs = Date.UTC(year, 0, 1); fromMs < endMs; fromMs += 7 * DAY_MS) {
    const toMs = Math.min(fromMs + 7 * DAY_MS, endMs);
    const before = offsetAt(fromMs);
    const after = offsetAt(toMs);
    if (before === after) continue;
    let low = fromMs;
    let high = toMs;
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000;
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ atMs: high, before, after });
  }
  return changes;
}
