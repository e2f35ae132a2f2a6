import type { ApplicationFailure } from '@temporalio/common';

const ELLIPSIS = '…';
const ELLIPSIS_BYTES = Buffer.byteLength(ELLIPSIS);

/** Cut at a character, not inside one, with a mark that something is missing. */
export function shorten(text: string, limitBytes: number): string {
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const kept = Buffer.from(text).subarray(0, Math.max(0, Math.floor(limitBytes) - ELLIPSIS_BYTES - 1));
  return `${kept.toString('utf8').replace(/\uFFFD{1,3}$/u, '')}${ELLIPSIS}`;
}

/** The same from the front: of a path the end says most. */
export function shortenStart(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return text;
  const kept = bytes.subarray(bytes.length - Math.max(0, Math.floor(limitBytes) - ELLIPSIS_BYTES - 1));
  return `${ELLIPSIS}${kept.toString('utf8').replace(/^\uFFFD{1,3}/u, '')}`;
}

/** One line without anything that grows when it is escaped. */
export function plain(text: string): string {
  // Half a character becomes a mark of three bytes, and stays one.
  const whole = Buffer.from(text).toString('utf8');
  return whole
    .replaceAll('"', "'")
    .replaceAll('\\', '/')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}

/**
 * At most so many bytes of a failure reach the server: message and stack count as JSON, which they become where a codec
 * encrypts them, and no less than in plain.
 */
export function serialisedBytes({ message, stack, type, details }: ApplicationFailure): number {
  const text = JSON.stringify({ message, stack_trace: stack ?? '' });
  return Buffer.byteLength(text) + Buffer.byteLength(type ?? '') + Buffer.byteLength(JSON.stringify(details ?? []));
}
