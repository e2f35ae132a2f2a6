import { DAY_MS } from '../../../domain/core/durations';
import { createHash } from 'node:crypto';
import type { PagingConfig } from '../../contracts/config/http-source';
import { SourceError } from '../port';
import { atPath } from './json-text';

/** A page as it was read, with what decides whether and where there is a next one. */
export interface ReadPage {
  readonly rows: number;
  /** The parsed document; null for CSV. */
  readonly json: unknown;
  /** The `Link` header. */
  readonly link: string | null;
  readonly body: Uint8Array;
}

export interface PagingPlan {
  readonly first: URL;
  readonly paging: PagingConfig;
  readonly maxPages: number;
  readonly nowMs: number;
  /** What is paged through, for messages. */
  readonly what: string;
}

/**
 * Asks for one page after another until the vendor has no more. Throws InvalidSource where the vendor goes round in a circle,
 * leads to another host, may have cut a window, or has more pages than are allowed.
 */
export async function walkPages(plan: PagingPlan, read: (url: URL) => Promise<ReadPage>): Promise<number> {
  const seen = new Set<string>();
  let url: URL | null = firstUrl(plan);
  let previous: string | null = null;
  let pages = 0;
  while (url !== null) {
    if (seen.has(url.href)) throw circle(plan, 'the same page was asked for twice');
    seen.add(url.href);
    if (pages === plan.maxPages) {
      throw invalid(plan, `more than ${plan.maxPages} pages; ask for larger pages, or raise source.limits.pages`);
    }
    const page = await read(url);
    pages += 1;
    const digest = createHash('sha256').update(page.body).digest('hex');
    if (plan.paging.kind === 'page' && page.rows > 0 && digest === previous) {
      throw circle(plan, `two pages in a row are the same; is '${plan.paging.parameter}' the page's number?`);
    }
    previous = digest;
    url = nextUrl(plan, url, page, pages);
  }
  return pages;
}

function firstUrl({ first, paging }: PagingPlan): URL {
  switch (paging.kind) {
    case 'none':
    case 'cursor':
    case 'link':
      return first;
    case 'page':
      return withParameters(first, { [paging.parameter]: String(paging.first) });
    case 'window':
      return windowUrl(first, paging, 0);
  }
}

function nextUrl(plan: PagingPlan, current: URL, page: ReadPage, pages: number): URL | null {
  const { first, paging } = plan;
  switch (paging.kind) {
    case 'none':
      return null;
    case 'page': {
      const isLast = page.rows === 0 || (paging.pageRows !== null && page.rows < paging.pageRows);
      return isLast ? null : withParameters(first, { [paging.parameter]: String(paging.first + pages) });
    }
    case 'cursor': {
      const mark = textAt(page.json, paging.next);
      return mark === null ? null : withParameters(first, { [paging.parameter]: mark });
    }
    case 'link': {
      const link = paging.next === null ? nextLink(page.link) : textAt(page.json, paging.next);
      return link === null ? null : linkedUrl(plan, current, link);
    }
    case 'window': {
      if (paging.maxRows !== null && page.rows >= paging.maxRows) {
        throw invalid(
          plan,
          `a window of ${paging.windowDays} days has ${page.rows} rows, all that the vendor gives at once: it may have been cut; lower paging.windowDays`,
        );
      }
      const startMs = Date.parse(paging.from) + pages * paging.windowDays * DAY_MS;
      return startMs > plan.nowMs ? null : windowUrl(first, paging, pages);
    }
  }
}

/** Windows begin at `from` and have one length: an address is the same every day, so that the vendor may say "unchanged". */
function windowUrl(first: URL, paging: Extract<PagingConfig, { kind: 'window' }>, index: number): URL {
  const fromMs = Date.parse(paging.from) + index * paging.windowDays * DAY_MS;
  const toMs = fromMs + paging.windowDays * DAY_MS;
  const text = (instantMs: number): string => {
    switch (paging.stamps) {
      case 'seconds':
        return String(instantMs / 1000);
      case 'milliseconds':
        return String(instantMs);
      case 'iso':
        return new Date(instantMs).toISOString();
      case 'date':
        return new Date(instantMs).toISOString().slice(0, 10);
    }
  };
  return withParameters(first, { [paging.fromParameter]: text(fromMs), [paging.toParameter]: text(toMs) });
}

function withParameters(url: URL, parameters: Readonly<Record<string, string>>): URL {
  const next = new URL(url);
  for (const [name, value] of Object.entries(parameters)) next.searchParams.set(name, value);
  return next;
}

function textAt(json: unknown, path: readonly string[]): string | null {
  const value = atPath(json, path);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function linkedUrl(plan: PagingPlan, current: URL, link: string): URL {
  let url: URL;
  try {
    url = new URL(link, current);
  } catch {
    throw invalid(plan, 'the next page is no address');
  }
  if (url.origin !== plan.first.origin) throw invalid(plan, `the next page is on another host (${url.origin})`);
  return url;
}

/** The address with `rel="next"` in a `Link` header (RFC 8288). */
function nextLink(header: string | null): string | null {
  for (const part of header?.split(/,(?=\s*<)/) ?? []) {
    const match = /^\s*<([^>]*)>(.*)$/s.exec(part);
    if (match !== null && /;\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(?:;|$)/i.test(match[2] ?? ''))
      return match[1] ?? null;
  }
  return null;
}

function circle(plan: PagingPlan, why: string): SourceError {
  return invalid(plan, `the pages go round in a circle: ${why}`);
}

function invalid({ what }: PagingPlan, why: string): SourceError {
  return new SourceError('InvalidSource', `${what}: ${why}`);
}
