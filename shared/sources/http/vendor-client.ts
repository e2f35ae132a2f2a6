import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpSourceConfig } from '../../contracts/config/http-source';
import { isLoopbackHost } from '../../contracts/config/http-source';
import { firstMessageLine } from '../files/source-faults';
import { SourceError } from '../port';
import { exchange } from './exchange';
import type { Exchange } from './exchange';
import type { RateLimiter } from './rate-limiter';
import { excerpt, redactor, shownUrl } from './redact';
import { retryAfterMs } from './retry-after';
import type { VendorHosts } from './vendor-hosts';

/** What a page was the last time, so that the vendor may say that it is the same. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface Answer {
  /** null: unchanged since the validators were given. */
  readonly body: Buffer | null;
  readonly hasKnownEnd: boolean;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** The `Link` header. */
  readonly link: string | null;
  /** Whether the bytes may be kept: those that repeat the key may not. */
  readonly mayBeKept: boolean;
}

/** Asks one vendor. Everything thrown is a SourceError whose words hold no key and no query. */
export interface VendorClient {
  get(url: URL, validators: Validators | null): Promise<Answer>;
  /** Takes the key out of text that came from the vendor. */
  readonly redact: (text: string) => string;
}

const MAX_REDIRECTS = 5;
const SHORT_PAUSE_MS = 1_000;

export interface ClientDependencies {
  readonly config: HttpSourceConfig;
  readonly secret: (name: string) => string;
  readonly limiter: RateLimiter;
  readonly hosts: VendorHosts;
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

export function createVendorClient(deps: ClientDependencies): VendorClient {
  const key = keyOf(deps);
  const redact = redactor(key);
  return {
    redact,
    get: async (url, validators) => {
      const answer = await follow(url, validators, key, deps);
      if (answer.status === 304 && validators !== null) return answerOf(answer, key);
      if (answer.status >= 200 && answer.status < 300 && answer.status !== 206) return answerOf(answer, key);
      throw refusal(answer, `GET ${shownUrl(url)}`, redact, deps);
    },
  };

  function answerOf({ status, headers, body, hasKnownEnd }: Exchange, value: string | null): Answer {
    const link = [headers.link].flat().join(', ');
    const kept = [body.toString('latin1'), headers.etag ?? '', link].every((text) => redactor(value)(text) === text);
    return {
      body: status === 304 ? null : body,
      hasKnownEnd,
      etag: headers.etag ?? null,
      lastModified: headers['last-modified'] ?? null,
      link: link === '' ? null : link,
      mayBeKept: kept,
    };
  }
}

function keyOf({ config, secret }: ClientDependencies): string | null {
  if (config.key === null) return null;
  const name = config.key.secret;
  let value: string;
  try {
    value = secret(name).trim();
  } catch (cause) {
    throw new SourceError('VendorAccessDenied', `${config.vendor}: ${firstMessageLine(cause)}`, { secret: name });
  }
  // Anything else is no header, and would be quoted in the library's error.
  if (/^[\x21-\x7E]+$/.test(value)) return value;
  throw new SourceError(
    'VendorAccessDenied',
    `${config.vendor}: the secret '${name}' is empty or holds spaces or other characters that no key has`,
    { secret: name },
  );
}

/** The answer at the end of the redirects. The key and the configured headers go to the vendor's own origin only. */
async function follow(
  first: URL,
  validators: Validators | null,
  key: string | null,
  deps: ClientDependencies,
): Promise<Exchange> {
  const { config, signal, hosts } = deps;
  let url = first;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const where = redactor(key)(`GET ${shownUrl(url)}`);
    hosts.refuse(url, where);
    await waitForTurn(deps);
    const isOwn = url.origin === first.origin;
    const sent = isOwn ? withKey(url, key, config) : { url, headers: {} };
    const answer = await exchange(sent.url, {
      headers: {
        accept: 'application/json, text/csv;q=0.9, */*;q=0.1',
        'user-agent': 'candlewick',
        ...(isOwn ? config.headers : {}),
        ...sent.headers,
        ...conditions(validators),
      },
      limits: {
        requestMs: config.limits.requestSeconds * 1000,
        stallMs: config.limits.stallSeconds * 1000,
        bytes: Math.round(config.limits.responseMb * 1024 * 1024),
      },
      signal,
      where,
      lookup: hosts.lookupFor(where),
    });
    if (answer.status < 300 || answer.status >= 400 || answer.status === 304) return answer;
    url = redirectTarget(answer, url, { first, key, config, where });
  }
  throw new SourceError('InvalidSource', `GET ${shownUrl(first)}: more than ${MAX_REDIRECTS} redirects`);
}

async function waitForTurn({ config, limiter, signal }: ClientDependencies): Promise<void> {
  const closedMs = limiter.closedForMs();
  // The rest of a pause that a retry came a little early for is waited for, not failed over again.
  if (closedMs > SHORT_PAUSE_MS) {
    throw new SourceError(
      'VendorRateLimited',
      `${config.vendor} asked for a pause; ${Math.ceil(closedMs / 1000)} s of it are left`,
      { retryAfterMs: closedMs },
    );
  }
  try {
    if (closedMs > 0) await sleep(closedMs, undefined, signal === undefined ? {} : { signal });
    await limiter.take(signal);
  } catch {
    throw new SourceError('SourceUnavailable', `${config.vendor}: stopped while waiting for its rate limit`);
  }
}

function withKey(
  url: URL,
  key: string | null,
  { key: place }: HttpSourceConfig,
): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
  if (key === null || place === null) return { url, headers: {} };
  switch (place.in) {
    case 'bearer':
      return { url, headers: { authorization: `Bearer ${key}` } };
    case 'header':
      return { url, headers: { [place.name.toLowerCase()]: key } };
    case 'query': {
      const keyed = new URL(url);
      keyed.searchParams.set(place.name, key);
      return { url: keyed, headers: {} };
    }
  }
}

function conditions(validators: Validators | null): Readonly<Record<string, string>> {
  if (validators === null) return {};
  const { etag, lastModified } = validators;
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

function redirectTarget(
  answer: Exchange,
  from: URL,
  given: {
    readonly first: URL;
    readonly key: string | null;
    readonly config: HttpSourceConfig;
    readonly where: string;
  },
): URL {
  const { first, key, config, where } = given;
  const refused = (why: string): SourceError =>
    new SourceError('InvalidSource', `${where}: a redirect ${why}; it is not followed`);
  const { location } = answer.headers;
  if (location === undefined) throw refused('without an address');
  let target: URL;
  try {
    target = new URL(location, from);
  } catch {
    throw refused('to something that is no address');
  }
  if (target.protocol !== 'https:' && target.protocol !== 'http:') throw refused(`to ${target.protocol}`);
  const toLoopback = isLoopbackHost(target.hostname);
  if (toLoopback && !isLoopbackHost(first.hostname)) throw refused('from a vendor to this machine itself');
  if (from.protocol === 'https:' && target.protocol === 'http:') throw refused('from https to plain http');
  if (target.protocol === 'http:' && !toLoopback && !config.allowPlainHttp) throw refused('to plain http');
  target.username = '';
  target.password = '';
  // Vendors that write the query into the new address would hand the key on with it.
  if (config.key?.in === 'query') target.searchParams.delete(config.key.name);
  if (target.origin !== first.origin && redactor(key)(target.href) !== target.href)
    throw refused('would carry the key to another host');
  return target;
}

/** What a status other than success means. */
function refusal(
  answer: Exchange,
  where: string,
  redact: (text: string) => string,
  { config, limiter, now }: ClientDependencies,
): SourceError {
  const { status, headers, body } = answer;
  const said = redact(excerpt(body));
  const words = `${where}: ${config.vendor} answered ${status}${said === '' ? '' : `: '${said}'`}`;
  const asked = retryAfterMs(headers['retry-after'], now());
  const pauseMs = asked === null ? null : Math.min(asked, config.limits.retryAfterSeconds * 1000);
  const details = { status, ...(pauseMs === null ? {} : { retryAfterMs: pauseMs }) };
  if (status === 429 || (status === 503 && pauseMs !== null)) {
    if (pauseMs !== null) limiter.closeUntil(now() + pauseMs);
    const pause = pauseMs === null ? '' : `; asked again in ${Math.ceil(pauseMs / 1000)} s`;
    return new SourceError('VendorRateLimited', `${words}${pause}`, details);
  }
  if (status >= 500 || status === 408 || status === 425) return new SourceError('SourceUnavailable', words, details);
  if (status === 401 || status === 403) return new SourceError('VendorAccessDenied', denied(words, config), details);
  if (status === 404 || status === 410) return new SourceError('SourceNotFound', words, details);
  return new SourceError('InvalidSource', words, details);
}

function denied(words: string, { key }: HttpSourceConfig): string {
  if (key === null) return `${words}; no key was sent: name its secret under source.key`;
  const variable = `CANDLEWICK_SECRET_${key.secret.toUpperCase().replaceAll('-', '_')}`;
  return `${words}; the key sent is the secret '${key.secret}' (${variable}): check that it is valid and covers this symbol`;
}
