import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface VendorBar {
  /** When the bar opens, in epoch milliseconds. */
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface VendorRequest {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly atMs: number;
  status: number;
}

/** Answers one request in place of the vendor: an error, or something nastier. */
export type Fault = (response: ServerResponse, request: IncomingMessage) => void;

export const TIMEFRAME_MS = 3_600_000;
/** Far enough in the past that every bar has closed. */
export const FIRST_OPEN_MS = Date.UTC(2024, 0, 1);

/** Hourly bars of a seeded walk; the same for the same seed. */
export function vendorBars(count: number, seed: number): VendorBar[] {
  let state = seed * 2_654_435_761;
  const random = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let price = 100;
  return Array.from({ length: count }, (_, index) => {
    const open = price;
    price = Math.max(1, open * (1 + (random() - 0.5) / 50));
    const [high, low] = [Math.max(open, price) * 1.001, Math.min(open, price) * 0.999];
    const volume = Math.round(1000 * random());
    return { openMs: FIRST_OPEN_MS + index * TIMEFRAME_MS, open, high, low, close: price, volume };
  });
}

/**
 * A vendor of bars on the loopback address, in the shapes of real ones: `/cursor/<symbol>` (objects and a page token),
 * `/link/<symbol>` (objects and the next address), `/klines?symbol=` (lists by time window), `/history?symbol=` (columns),
 * `/query?symbol=` (objects by stamp), `/csv/<symbol>` and `/symbols`. It speaks ETag and gzip, and misbehaves as it is told.
 */
export class VendorServer {
  readonly requests: VendorRequest[] = [];
  readonly bars = new Map<string, VendorBar[]>();
  /** Answers in place of the vendor's, by symbol, one request each. */
  private readonly faults = new Map<string, Fault[]>();
  /** The key that must come as a bearer, in `x-vendor-key` or in the query as `apiKey`; null: none is asked for. */
  key: string | null = null;
  pageRows = 400;
  usesEtags = true;

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<VendorServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const vendor = new VendorServer(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => vendor.answer(request, response));
    return vendor;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  misbehave(symbol: string, ...faults: readonly Fault[]): void {
    this.faults.set(symbol, [...(this.faults.get(symbol) ?? []), ...faults]);
  }

  of(symbol: string): readonly VendorRequest[] {
    return this.requests.filter(({ url }) => symbolOf(url) === symbol);
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.origin);
    const entry: VendorRequest = { url, headers: request.headers, atMs: Date.now(), status: 0 };
    this.requests.push(entry);
    response.once('close', () => {
      entry.status = response.statusCode;
    });
    const symbol = symbolOf(url);
    const fault = this.faults.get(symbol)?.shift();
    if (fault !== undefined) {
      fault(response, request);
      return;
    }
    if (!this.isAllowed(url, request)) return void response.writeHead(401).end('{"error":"bad key"}');
    const made = this.make(url, symbol);
    if (made === null) return void response.writeHead(404).end('{"error":"no such symbol"}');
    this.send(request, response, made);
  }

  private isAllowed(url: URL, { headers }: IncomingMessage): boolean {
    const given = [
      headers.authorization?.replace('Bearer ', ''),
      headers['x-vendor-key'],
      url.searchParams.get('apiKey'),
    ];
    return this.key === null || given.includes(this.key);
  }

  private send(request: IncomingMessage, response: ServerResponse, { type, text }: Made): void {
    const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
    if (this.usesEtags && request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    const body = gzipSync(text);
    response.writeHead(200, {
      'content-type': type,
      'content-encoding': 'gzip',
      'content-length': body.length,
      ...(this.usesEtags ? { etag } : {}),
    });
    response.end(body);
  }

  private make(url: URL, symbol: string): Made | null {
    const [, shape = ''] = url.pathname.split('/');
    if (shape === 'symbols') return json({ tickers: [...this.bars.keys()].map((ticker) => ({ ticker })) });
    const bars = this.bars.get(symbol);
    if (bars === undefined) return null;
    switch (shape) {
      case 'cursor': {
        const from = Number(url.searchParams.get('page_token') ?? 0);
        const page = bars.slice(from, from + this.pageRows);
        const next = from + this.pageRows < bars.length ? String(from + this.pageRows) : null;
        return json({ bars: { [symbol]: page.map(isoRow) }, next_page_token: next });
      }
      case 'link': {
        const from = Number(url.searchParams.get('from') ?? 0);
        const next =
          from + this.pageRows < bars.length ? `${this.origin}/link/${symbol}?from=${from + this.pageRows}` : undefined;
        return json({ results: bars.slice(from, from + this.pageRows).map(epochRow), next_url: next });
      }
      case 'klines': {
        const [from, to] = ['startTime', 'endTime'].map((name) => Number(url.searchParams.get(name)));
        return json(bars.filter(({ openMs }) => openMs >= (from ?? 0) && openMs <= (to ?? 0)).map(listRow));
      }
      case 'history':
        return json(columns(bars));
      case 'query':
        return json({ 'Time Series (60min)': Object.fromEntries(bars.map(keyedRow)) });
      case 'csv': {
        const lines = bars.map((bar) => `${isoOf(bar)},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}`);
        return { type: 'text/csv', text: `Date,Open,High,Low,Close,Volume\n${lines.join('\n')}\n` };
      }
      default:
        return null;
    }
  }
}

interface Made {
  readonly type: string;
  readonly text: string;
}

function symbolOf(url: URL): string {
  return url.searchParams.get('symbol') ?? decodeURIComponent(url.pathname.split('/')[2] ?? '');
}

function json(value: unknown): Made {
  return { type: 'application/json', text: JSON.stringify(value) };
}

function isoOf({ openMs }: VendorBar): string {
  return new Date(openMs).toISOString().slice(0, 19).replace('T', ' ');
}

function isoRow({ openMs, open, high, low, close, volume }: VendorBar): unknown {
  return { t: new Date(openMs).toISOString(), o: open, h: high, l: low, c: close, v: volume, n: 12, vw: close };
}

function epochRow({ openMs, open, high, low, close, volume }: VendorBar): unknown {
  return { v: volume, vw: close, o: open, c: close, h: high, l: low, t: openMs, n: 3 };
}

function listRow({ openMs, open, high, low, close, volume }: VendorBar): unknown {
  return [
    openMs,
    String(open),
    String(high),
    String(low),
    String(close),
    String(volume),
    openMs + TIMEFRAME_MS - 1,
    '0',
  ];
}

function columns(bars: readonly VendorBar[]): unknown {
  return {
    s: 'ok',
    t: bars.map(({ openMs }) => openMs / 1000),
    o: bars.map(({ open }) => open),
    h: bars.map(({ high }) => high),
    l: bars.map(({ low }) => low),
    c: bars.map(({ close }) => close),
    v: bars.map(({ volume }) => volume),
  };
}

function keyedRow(bar: VendorBar): readonly [string, unknown] {
  const { open, high, low, close, volume } = bar;
  const texts = { '1. open': open, '2. high': high, '3. low': low, '4. close': close, '5. volume': volume };
  return [isoOf(bar), Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, String(value)]))];
}

/** Answers with a status and some words. */
export function status(code: number, text = '', headers: Readonly<Record<string, string>> = {}): Fault {
  return (response) => void response.writeHead(code, headers).end(text);
}

/** Begins an answer and never ends it. */
export const stall: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 });
  response.write('{"bars":');
};

/** Announces more bytes than it sends, and hangs up. */
export const hangUp: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 });
  response.write('{"bars":{"AAA":[{"t":"2024-01-01T00:00:00Z","o":1', () => response.destroy());
};

/** Closes the connection without an answer. */
export const reset: Fault = (response) => {
  response.socket?.destroy();
};

/** A whole answer with a body of one's own. */
export function body(text: string | Buffer, headers: Readonly<Record<string, string>> = {}): Fault {
  const bytes = Buffer.from(text as string);
  return (response) => void response.writeHead(200, { 'content-length': String(bytes.length), ...headers }).end(bytes);
}
