import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../port';
import type { S3Connection } from './s3-client';
import { reasonOf, verdictOf, type Verdict } from './s3-verdict';

/** Pauses between tries: doubled from the first to the last, and of random length below that, so that crowds disperse. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The slowest line on which a large body still counts as moving. */
const SLOWEST_BYTES_PER_MS = 64;

/** One try of one request, for whoever counts them. */
export interface S3Request {
  /** As in a policy of access rights, for example `s3:PutObject`. */
  readonly action: string;
  readonly key: string;
  /** 1 is the first. */
  readonly attempt: number;
  readonly seconds: number;
  /** null: it was answered as it should be. */
  readonly failure: string | null;
}

export type OnS3Request = (request: S3Request) => void;

export interface RequestLimits {
  readonly attempts: number;
  readonly timeoutMs: number;
  /** A number of [0, 1); jitter only. */
  readonly random: () => number;
}

/** What a request is made with. */
export interface RequestTry extends S3Connection {
  readonly signal: AbortSignal;
  /** Stops the clock: the answer has begun, and whoever reads it watches it. */
  readonly answered: () => void;
}

type MakeRequest<T> = (given: RequestTry) => Promise<T>;

/** How one request went in the end. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly verdict: FinalVerdict; readonly error: StoreError };

type FinalVerdict = Exclude<Verdict, { kind: 'again' }>;

export interface RequestName {
  readonly action: string;
  readonly key: string;
  /** Bytes sent, which the time limit allows for. */
  readonly bytes?: number;
  /** No try lasts longer than this from the first one's beginning, and none begins after it. */
  readonly withinMs?: number;
}

export interface Requests {
  /** Makes a request until it is answered with something other than trouble. Throws StoreUnavailable when tries run out. */
  ask<T>(name: RequestName, request: MakeRequest<T>): Promise<Answer<T>>;
  /** The same for a request without a condition: whatever is not the value is thrown. */
  demand<T>(name: RequestName, request: MakeRequest<T>): Promise<T>;
}

/** The place of a key for people, `s3://bucket/prefix/key`. */
export type UriOf = (key: string) => string;

export function createRequests(
  connect: () => Promise<S3Connection>,
  uriOf: UriOf,
  limits: RequestLimits,
  onRequest: OnS3Request,
): Requests {
  const tryOnce = async <T>(
    name: RequestName,
    attempt: number,
    request: MakeRequest<T>,
    untilMs: number,
  ): Promise<{ readonly value: T } | { readonly error: unknown }> => {
    const connection = await connect();
    const startedAtMs = Date.now();
    const told = (failure: string | null): void =>
      onRequest({ action: name.action, key: name.key, attempt, seconds: (Date.now() - startedAtMs) / 1000, failure });
    const limitMs = Math.min(
      limits.timeoutMs + (name.bytes ?? 0) / SLOWEST_BYTES_PER_MS,
      Math.max(0, untilMs - performance.now()),
    );
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), limitMs);
    try {
      const value = await request({ ...connection, signal: clock.signal, answered: () => clearTimeout(timer) });
      told(null);
      return { value };
    } catch (thrown) {
      const error = clock.signal.aborted
        ? new Error(`no answer within ${String(Math.round(limitMs / 1000))} s`)
        : thrown;
      told(reasonOf(error));
      return { error };
    } finally {
      clearTimeout(timer);
    }
  };
  const ask: Requests['ask'] = async (name, request) => {
    const untilMs = performance.now() + (name.withinMs ?? Infinity);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await tryOnce(name, attempt, request, untilMs);
      if ('value' in outcome) return { ok: true, value: outcome.value };
      const verdict = verdictOf(outcome.error);
      if (verdict.kind !== 'again') {
        return { ok: false, verdict, error: storeErrorOf(verdict, outcome.error, name, uriOf) };
      }
      const waitMs = pauseMs(attempt, limits.random);
      if (attempt >= limits.attempts || performance.now() + waitMs >= untilMs) {
        throw new StoreError(
          'StoreUnavailable',
          `${name.action} on ${uriOf(name.key)} failed ${String(attempt)} times; the last time: ${reasonOf(outcome.error)}`,
        );
      }
      await sleep(waitMs);
    }
  };
  return {
    ask,
    demand: async (name, request) => {
      const answer = await ask(name, request);
      if (answer.ok) return answer.value;
      throw answer.error;
    },
  };
}

function pauseMs(attempt: number, random: () => number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return longest * (0.5 + 0.5 * random());
}

/** No error of the SDK is kept as a cause: it repeats what was signed, and with what key. */
function storeErrorOf(verdict: FinalVerdict, error: unknown, { action, key }: RequestName, uriOf: UriOf): StoreError {
  const where = `${action} on ${uriOf(key)}`;
  const reason = reasonOf(error);
  switch (verdict.kind) {
    case 'noBucket':
      return new StoreError('StoreUnavailable', `${where}: there is no such bucket; make it, or name another one`);
    case 'denied':
      return new StoreError(
        'StoreUnavailable',
        `${where} was denied: ${reason}; give the credentials that are used the right ${action} there`,
      );
    case 'badCredentials':
      return new StoreError(
        'StoreUnavailable',
        `${where}: the credentials were not accepted: ${reason}; renew them where they come from`,
      );
    case 'full':
      return new StoreError('StorageFull', `${where}: the store has no room: ${reason}; nothing of it was kept`);
    case 'unsupported':
      return new StoreError(
        'StoreUnavailable',
        `${where}: the server does not know this request: ${reason}; a store must support conditional writes (If-None-Match)`,
      );
    case 'absent':
    case 'conditionFailed':
    case 'noUpload':
    case 'refused':
      return new StoreError('StoreUnavailable', `${where} was refused: ${reason}${hintFor(reason)}`);
    default:
      return verdict satisfies never;
  }
}

function hintFor(reason: string): string {
  return /HTTP 30[17]/.test(reason) ? '; the bucket lies in another region: name it in CANDLEWICK_S3_REGION' : '';
}
