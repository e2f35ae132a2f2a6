import { UsageError } from '../usage-error';

/** Reads a flag that takes a whole number from `least` up; for commander's options. Throws a UsageError. */
export function wholeNumber(flag: string, least = 1): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : NaN;
    if (value >= least) return value;
    throw new UsageError(`${flag} is '${text}'; expected a whole number from ${String(least)} up`);
  };
}

/** Reads a flag that takes a number from `least` to `most`, such as hours or percent. Throws a UsageError. */
export function numberFrom(flag: string, least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = numberOf(text);
    if (value >= least && value <= most) return value;
    const range = most === Infinity ? `from ${String(least)} up` : `from ${String(least)} to ${String(most)}`;
    throw new UsageError(`${flag} is '${text}'; expected a number ${range}`);
  };
}

/** The same without a range: what is checked with a whole document is told together with its other faults. */
export function anyNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = numberOf(text);
    if (!Number.isNaN(value)) return value;
    throw new UsageError(`${flag} is '${text}'; expected a number`);
  };
}

/** NaN for what is no finite number. */
function numberOf(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : NaN;
}
