import { DAY_MS } from '../../domain/core/durations';
import { zoneOffset } from '../../shared/runtime/zone-offset';

/** The instant at which a day (`2026-03-08`) begins in a time zone, whatever its clocks do that day. */
export function startOfDayMs(day: string, timeZone: string): number {
  const offsetAt = offsetIn(timeZone);
  const wanted = Date.parse(`${day}T00:00:00Z`);
  // The offset before and after a change of clocks: the day begins at the first instant whose local date is the day.
  const candidates = [wanted - DAY_MS, wanted, wanted + DAY_MS].map((atMs) => wanted - offsetAt(atMs));
  const [first] = candidates.filter((atMs) => localDay(atMs, timeZone) === day).sort((a, b) => a - b);
  if (first === undefined) return wanted - offsetAt(wanted);
  return first;
}

/** The day that it is in a time zone. */
export function localDay(atMs: number, timeZone: string): string {
  return new Date(atMs + offsetIn(timeZone)(atMs)).toISOString().slice(0, 10);
}

/** The day after. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** Throws RangeError for a zone that there is none of; a schedule's zone was looked at when it was set. */
function offsetIn(timeZone: string): (atMs: number) => number {
  const offsetAt = zoneOffset(timeZone);
  if (offsetAt === null) throw new RangeError(`there is no time zone '${timeZone}'`);
  return offsetAt;
}
