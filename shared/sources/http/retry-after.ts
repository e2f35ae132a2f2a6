/** The pause that a `Retry-After` header asks for, in milliseconds: seconds or an HTTP date; null where it says neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const instant = Date.parse(text);
  // A bare date without a weekday is no HTTP date, and a machine's own zone would be read into it.
  if (Number.isNaN(instant) || !/GMT$/i.test(text)) return null;
  return Math.max(0, instant - nowMs);
}
