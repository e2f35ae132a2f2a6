import { setTimeout as sleep } from 'node:timers/promises';

/** A request that is ready to be sent. */
export interface Post {
  readonly url: string;
  readonly body: string;
  /** Made anew for each try: a signature holds the instant. */
  readonly headers: () => Readonly<Record<string, string>>;
}

export type PostOutcome =
  | { readonly kind: 'accepted'; readonly status: number; readonly tries: number }
  | {
      readonly kind: 'failed';
      /** For people; never the address, which is a secret. */
      readonly reason: string;
      readonly tries: number;
      /** The receiver will not take this message as it is. */
      readonly isRefused: boolean;
      /** How long the receiver asked to be left alone; null where it said nothing. */
      readonly retryAfterMs: number | null;
    };

export interface PostPatience {
  readonly tries: number;
  readonly timeoutMs: number;
  /** The first pause; each further one is twice as long, with up to a half of chance on top. */
  readonly pauseMs: number;
  /** A longer pause that a receiver asks for is left to a later look. */
  readonly longestPauseMs: number;
}

export const PATIENCE: PostPatience = { tries: 4, timeoutMs: 10_000, pauseMs: 1_000, longestPauseMs: 20_000 };

/** Sends a message until it is accepted, refused for good, or the patience is over. Throws nothing. */
export async function post(request: Post, patience: PostPatience, signal: AbortSignal): Promise<PostOutcome> {
  for (let tries = 1; ; tries += 1) {
    const tried = await tryOnce(request, patience.timeoutMs, signal);
    if (tried.kind === 'accepted') return { ...tried, tries };
    const { reason, isRefused, retryAfterMs } = tried;
    const failed = { kind: 'failed', reason, tries, isRefused, retryAfterMs } as const;
    if (isRefused || tries >= patience.tries || signal.aborted) return failed;
    const backoffMs = patience.pauseMs * 2 ** (tries - 1) * (1 + Math.random() / 2);
    const pauseMs = Math.max(backoffMs, retryAfterMs ?? 0);
    if (pauseMs > patience.longestPauseMs) return failed;
    try {
      await sleep(pauseMs, undefined, { signal });
    } catch {
      return failed;
    }
  }
}

type Tried =
  | { readonly kind: 'accepted'; readonly status: number }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly isRefused: boolean;
      readonly retryAfterMs: number | null;
    };

async function tryOnce({ url, body, headers }: Post, timeoutMs: number, signal: AbortSignal): Promise<Tried> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'candlewick', ...headers() },
      // Another address may be anybody's, and the body may hold a key.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const { status } = response;
    const retryAfterMs = retryAfter(response.headers.get('retry-after'));
    // What it answers is of no use here, and may be long.
    await response.body?.cancel().catch(() => undefined);
    if (status >= 200 && status < 300) return { kind: 'accepted', status };
    const isRefused = status < 500 && status !== 408 && status !== 425 && status !== 429;
    return { kind: 'failed', reason: `it answered ${String(status)}`, isRefused, retryAfterMs };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error, timeoutMs), isRefused: false, retryAfterMs: null };
  }
}

/** Seconds, or the date of HTTP. */
export function retryAfter(header: string | null, nowMs: number = Date.now()): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/** By code only: messages of the network name the address. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'it could not be reached';
  if (error.name === 'TimeoutError') return `no answer in ${String(timeoutMs / 1000)} s`;
  if (error.name === 'AbortError') return 'the watcher was stopped';
  const cause: unknown = error.cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : error.name;
  return `it could not be reached (${code})`;
}
