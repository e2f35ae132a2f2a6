const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const MISSING = new Set(['', 'nan', '+nan', '-nan', 'null', 'none', 'na', 'n/a', '-']);

/** The number that a field holds, NaN for an empty field or a usual mark of a missing value, null for any other text. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  if (INFINITE.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  return MISSING.has(trimmed.toLowerCase()) ? NaN : null;
}
