const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long, for people: `3 min`, `5.5 h`, `9.2 days`. */
export function spanText(ms: number): string {
  if (ms < 2 * HOUR_MS) return `${String(Math.round(ms / MINUTE_MS))} min`;
  if (ms < 2 * DAY_MS) return `${rounded(ms / HOUR_MS)} h`;
  return `${rounded(ms / DAY_MS)} days`;
}

/** `2026-03-02 22:30 UTC`. */
export function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${String(count)} ${count === 1 ? singular : plural}`;
}

/** A word of a command that a person may paste: a name that a shell would take for more is quoted. */
export function argument(text: string): string {
  return /^[\w./:@+=-]+$/.test(text) ? text : `'${text.replace(/\p{Cc}/gu, ' ').replaceAll("'", `'\\''`)}'`;
}

/** At most ten names. */
export function namesText(names: readonly string[]): string {
  const rest = names.length - 10;
  return `${names.slice(0, 10).join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
}

function rounded(number: number): string {
  return String(Math.round(number * 10) / 10);
}
