const DAY_MS = 86_400_000;

/** The instant at which a day (`2026-03-08`) begins in a time zone, whatever its clocks do that day. */
export function startOfDayMs(day: string, timeZone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  // The offset before and after a change of clocks: the day begins at the first instant whose local date is the day.
  const candidates = [wanted - DAY_MS, wanted, wanted + DAY_MS].map((atMs) => wanted - offsetMs(atMs, timeZone));
  const [first] = candidates.filter((atMs) => localDay(atMs, timeZone) === day).sort((a, b) => a - b);
  if (first === undefined) return wanted - offsetMs(wanted, timeZone);
  return first;
}

/** The day that it is in a time zone. */
export function localDay(atMs: number, timeZone: string): string {
  return new Date(atMs + offsetMs(atMs, timeZone)).toISOString().slice(0, 10);
}

/** The day after. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** How far a zone's clocks are ahead of UTC at an instant. */
function offsetMs(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(atMs / 1000) * 1000;
}
