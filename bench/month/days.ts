const DAY_MS = 86_400_000;

/** The weekdays of the last whole calendar month before an instant. */
export function monthDays(now: Date): readonly string[] {
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1);
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
  const days: string[] = [];
  for (let atMs = first; atMs < next; atMs += DAY_MS) {
    const weekday = new Date(atMs).getUTCDay();
    if (weekday > 0 && weekday < 6) days.push(new Date(atMs).toISOString().slice(0, 10));
  }
  return days;
}
