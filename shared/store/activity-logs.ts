import { keySegment, runFolder } from './keys';
import type { ObjectStore } from './port';

/** Logs of attempts in the store: `runs/<run>/logs/<activity-id>-<attempt>.txt`. */
export interface ActivityLogStore {
  /** Keeps the text of an attempt and returns where it is for people: a file's path, or an s3 address. */
  write(attempt: LoggedAttempt, text: string): Promise<string>;
  /** What there is of a run, sorted by activity and attempt. */
  list(runId: string): Promise<readonly StoredLog[]>;
  read(log: StoredLog): Promise<string | null>;
}

export interface LoggedAttempt {
  readonly runId: string;
  readonly activityId: string;
  readonly attempt: number;
}

export interface StoredLog {
  readonly key: string;
  readonly activityId: string;
  readonly attempt: number;
  /** 1, or more where the same attempt number came again: in a retry of the run, or after a reset. */
  readonly time: number;
}

/** Times that one attempt number is kept; the last place is written over. */
const MAX_TIMES = 9;
/** An activity that is tried for days keeps its first log, which tells how it began, and the latest. */
const KEPT_ATTEMPTS = 20;

export function createActivityLogStore(objects: ObjectStore): ActivityLogStore {
  return {
    write: async (attempt, text) => {
      const bytes = Buffer.from(text, 'utf8');
      const key = await putBeside(objects, attempt, bytes);
      await removeOld(objects, attempt);
      return `${objects.description.replace(/\/$/, '')}/${key}`;
    },
    list: async (runId) => {
      const keys = await objects.list(`${logFolder(runId)}/`);
      const logs = keys.map(parseKey).filter((log) => log !== null);
      return logs.sort((a, b) => compare(a.activityId, b.activityId) || a.attempt - b.attempt || a.time - b.time);
    },
    read: async ({ key }) => {
      const bytes = await objects.get(key);
      return bytes === null ? null : Buffer.from(bytes).toString('utf8');
    },
  };
}

/** What is there is never written over while there is another place: the attempt of a retry has the number of an earlier one. */
async function putBeside(objects: ObjectStore, attempt: LoggedAttempt, bytes: Uint8Array): Promise<string> {
  for (let time = 1; time < MAX_TIMES; time += 1) {
    const key = logKey(attempt, time);
    if ((await objects.put(key, bytes, { ifAbsent: true })) === 'created') return key;
  }
  const last = logKey(attempt, MAX_TIMES);
  await objects.put(last, bytes, { ifAbsent: false });
  return last;
}

async function removeOld(objects: ObjectStore, attempt: LoggedAttempt): Promise<void> {
  const old = attempt.attempt - KEPT_ATTEMPTS;
  if (old > 1) await objects.remove(logKey({ ...attempt, attempt: old }, 1)).catch(() => undefined);
}

function logFolder(runId: string): string {
  return `${runFolder(runId)}/logs`;
}

function logKey({ runId, activityId, attempt }: LoggedAttempt, time: number): string {
  const again = time === 1 ? '' : `=${String(time)}`;
  return `${logFolder(runId)}/${shortSegment(activityId)}-${String(attempt)}${again}.txt`;
}

/** Activity ids are short by construction; one that is not is cut, so that no file system refuses its log. */
function shortSegment(activityId: string): string {
  return keySegment(activityId).slice(0, 180);
}

function parseKey(key: string): StoredLog | null {
  const [, name, attempt, time] = /\/([^/]+)-(\d+)(?:=(\d+))?\.txt$/.exec(key) ?? [];
  if (name === undefined || attempt === undefined) return null;
  return { key, activityId: decoded(name), attempt: Number(attempt), time: Number(time ?? 1) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
