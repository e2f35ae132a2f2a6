import { Context } from '@temporalio/activity';

/** An activity that is sent to and fro is gone on from where it was last, or the time before. */
const MAX_LINES = 3;
const KEY = /^[0-9a-f]{4,64}$/;

/**
 * Keys under which earlier attempts of this activity left checkpoints, the newest last. The key of a net holds its engine, so
 * an attempt on another queue has another one; the server gives the last heartbeat back to the next attempt, wherever that is.
 */
export function earlierLines(): readonly string[] {
  const details: unknown = Context.current().info.heartbeatDetails;
  const lines: unknown = typeof details === 'object' && details !== null && 'lines' in details ? details.lines : [];
  return Array.isArray(lines) ? lines.filter(isKey).slice(-MAX_LINES) : [];
}

/** The same with one more, for the attempt after this one. */
export function linesWith(earlier: readonly string[], key: string): readonly string[] {
  return [...earlier.filter((known) => known !== key), key].slice(-MAX_LINES);
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && KEY.test(value);
}
