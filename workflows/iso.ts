/** An instant as people and logs write it: `2026-03-02T06:00:00.000Z`. */
export function isoOf(instantMs: number): string {
  return new Date(instantMs).toISOString();
}
