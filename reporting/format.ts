const MISSING = '–';
const MINUS = '−';

/** A number with a fixed count of decimals and a true minus sign; a dash where there is no number. */
export function formatNumber(value: number | null, digits: number): string {
  if (value === null || Number.isNaN(value)) return MISSING;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** As `formatNumber`, with a plus sign before what is above zero. */
export function formatSigned(value: number | null, digits: number): string {
  const text = formatNumber(value, digits);
  return value !== null && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A share in [0, 1] as percent. */
export function formatPercent(share: number | null, digits = 1): string {
  return share === null || Number.isNaN(share) ? MISSING : `${formatNumber(share * 100, digits)} %`;
}

/** A whole number with commas between thousands. */
export function formatCount(count: number): string {
  return formatNumber(count, 0).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A count in at most four characters, for the narrow places of a chart: 940, 12k, 1.3M. */
export function formatShortCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_500) return `${count < 9950 ? trimZero(count / 1000) : (count / 1000).toFixed(0)}k`;
  return `${count < 9_950_000 ? trimZero(count / 1e6) : (count / 1e6).toFixed(0)}M`;
}

/** A price or volume as it stands in the source, without digits that a double adds. */
export function formatRaw(value: number | null): string {
  if (value === null || Number.isNaN(value)) return MISSING;
  return String(Number(value.toPrecision(10))).replace('-', MINUS);
}

/** Seconds as a person says them: 0.42 s, 12.3 s, 3 min 12 s, 2 h 05 min. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return MISSING;
  if (seconds < 10) return `${formatNumber(seconds, 2)} s`;
  if (seconds < 60) return `${formatNumber(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** An instant as date and minute in UTC, such as 2024-03-01 14:00 UTC. */
export function formatInstant(ms: number | null): string {
  const text = isoOf(ms);
  return text === null ? MISSING : `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

/** The UTC day of an instant. */
export function formatDay(ms: number | null): string {
  return isoOf(ms)?.slice(0, 10) ?? MISSING;
}

/** An ISO text as date and second in UTC; the text itself where it is no instant. */
export function formatIso(text: string): string {
  const iso = isoOf(Date.parse(text));
  return iso === null ? text : `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** A size in bytes, kB or MB (powers of ten). */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${formatCount(bytes)} B`;
  return bytes < 1e6 ? `${formatNumber(bytes / 1000, 1)} kB` : `${formatNumber(bytes / 1e6, 1)} MB`;
}

/** `1 bar`, `2 bars`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/** Years 0 to 9999, which is all that a bar can carry. */
function isoOf(ms: number | null): string | null {
  if (ms === null || !Number.isFinite(ms) || Math.abs(ms) > 253_402_300_799_999) return null;
  return new Date(ms).toISOString();
}

const pad = (value: number): string => String(value).padStart(2, '0');
const trimZero = (value: number): string => value.toFixed(1).replace(/\.0$/, '');
