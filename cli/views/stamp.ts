/** An instant for tables, in UTC to the second: `2026-11-20T22:30:00`; empty where there is none. */
export function stamp(instant: Date | number | string | undefined | null): string {
  return instant === undefined || instant === null ? '' : new Date(instant).toISOString().slice(0, 19);
}
