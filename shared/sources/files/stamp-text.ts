/**
 * A stamp as it is written. `naive`: wall-clock time, as if it were UTC, in milliseconds; `offset`: the instant in epoch
 * milliseconds, because the text carries its offset; `epoch`: a bare number whose unit is not known yet.
 */
export interface ParsedStamp {
  readonly kind: 'naive' | 'offset' | 'epoch';
  readonly value: number;
}

const DATE = String.raw`(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))`;
const CLOCK = String.raw`(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?`;
const OFFSET = String.raw`(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)`;
const STAMP = new RegExp(`^${DATE}(?:(?:T|\\s+)${CLOCK})?\\s*${OFFSET}?$`, 'i');
const BARE_NUMBER = /^-?\d+(?:\.\d+)?$/;
const FIRST_YEAR = 1800;

/**
 * Reads one stamp: ISO 8601 or `YYYY-MM-DD HH:MM:SS` (also with `/` or `.` between the parts of the date, also without
 * any), the date alone, each with or without an offset; or a number counted from 1970. null for anything else; a date
 * that begins with the day or the month is refused, because which of the two it is cannot be known.
 */
export function parseStamp(text: string): ParsedStamp | null {
  const match = STAMP.exec(text);
  if (match === null) return BARE_NUMBER.test(text) ? { kind: 'epoch', value: Number(text) } : null;
  const [, year, , monthA, dayA, monthB, dayB, hour, minute, second, fraction, offset] = match;
  const local = localMs(
    Number(year),
    Number(monthA ?? monthB),
    Number(dayA ?? dayB),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  // Eight digits that are no date are a number.
  if (local === null) return BARE_NUMBER.test(text) ? { kind: 'epoch', value: Number(text) } : null;
  const withFraction = fraction === undefined ? local : local + Math.round(Number(`0.${fraction}`) * 1000);
  if (offset === undefined) return { kind: 'naive', value: withFraction };
  const offsetMs = parseOffset(offset);
  return offsetMs === null ? null : { kind: 'offset', value: withFraction - offsetMs };
}

function localMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (minute > 59 || second > 59 || hour > 24 || (hour === 24 && (minute > 0 || second > 0))) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function parseOffset(text: string): number | null {
  if (!/^[+-]/.test(text)) return 0;
  const digits = text.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || 0);
  if (hours > 18 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
