import { gzipSync } from 'node:zlib';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault as VendorFault } from '../../support/vendor-server';
import { body, hangUp, reset, stall, status, VendorServer, vendorBars } from '../../support/vendor-server';
import type { VendorBench } from './support';
import { barsOf, cursorShape, faultOf, openVendorBench, SECRET, valueOf } from './support';

const QUICK = { limits: { requestSeconds: 5, stallSeconds: 0.3, responseMb: 1, pages: 50, retryAfterSeconds: 60 } };
const CSV = (origin: string) => ({ url: `${origin}/csv/{symbol}`, format: 'csv' });
const ROW = '{"t":"2024-01-01T00:00:00Z","o":1,"h":1,"l":1,"c":1,"v":1}';

let bench: VendorBench;

beforeEach(async () => {
  bench = await openVendorBench();
  bench.vendor.bars.set('AAA', vendorBars(1_000, 1));
});
afterEach(() => bench.close());

const cursor = (rest: object = {}) => bench.source(cursorShape(bench.vendor.origin), { ...QUICK, ...rest });
const pin = async (source = cursor()) => source.pin!('AAA', { asOfMs: Infinity, runId: 'r' });

describe('what another try may cure', () => {
  const CASES: readonly (readonly [string, VendorFault])[] = [
    ['500', status(500, 'oops')],
    ['503 without a time', status(503)],
    ['a reset', reset],
    ['a stall', stall],
    ['a body shorter than announced', hangUp],
    ['cut JSON', body('{"bars":{"AAA":[{"t":"2024-01-01T00:00:00Z","o":1')],
    ['cut JSON inside a text', body('{"bars":{"AAA":[{"t":"2024-01-0')],
    ['a cut gzip archive', body(gzipSync(`{"bars":{"AAA":[${ROW}]}}`).subarray(0, 40), { 'content-encoding': 'gzip' })],
  ];

  it.each(CASES)('%s: SourceUnavailable, and the next try is whole', async (_name, fault) => {
    bench.vendor.misbehave('AAA', fault);
    expect(faultOf(await pin()).code).toBe('SourceUnavailable');
    expect(await bench.store.objects.list('vendors/')).toEqual([]);
    expect(valueOf(await pin())).toMatchObject({ snapshot: 1, rows: 1_000 });
  });

  it('a fault on a later page: nothing of the pages before is used', async () => {
    const second: VendorFault = (response, request) => {
      if (request.url?.includes('page_token') === true) status(500)(response, request);
      else bench.vendor.misbehave('AAA', status(500));
      if (!response.headersSent) body(`{"bars":{"AAA":[${ROW}]},"next_page_token":"400"}`)(response, request);
    };
    bench.vendor.misbehave('AAA', second);
    expect(faultOf(await pin()).code).toBe('SourceUnavailable');
    expect(await bench.store.objects.list('vendors/')).toEqual([]);
  });

  it.each([
    ['in its last line', 'Date,Open,High,Low,Close,Volume\n2024-01-01 00:00:00,1,2,1,1,5\n2024-01-01 01:00:00,1,2'],
  ])('cut CSV %s', async (_where, text) => {
    bench.vendor.misbehave('AAA', body(text));
    expect(faultOf(await pin(bench.source(CSV(bench.vendor.origin)))).code).toBe('SourceUnavailable');
  });

  it('CSV whose end nobody announced, cut inside its last number', async () => {
    const cut: VendorFault = (response) => {
      response.shouldKeepAlive = false;
      response.useChunkedEncodingByDefault = false;
      response.removeHeader('transfer-encoding');
      response.writeHead(200, { connection: 'close' });
      response.end('Date,Open,High,Low,Close,Volume\n2024-01-01 00:00:00,1,2,1,1,5\n2024-01-01 01:00:00,1,2,1,1,12');
    };
    bench.vendor.misbehave('AAA', cut);
    expect(faultOf(await pin(bench.source(CSV(bench.vendor.origin)))).code).toBe('SourceUnavailable');
  });

  it('no bar at all where there were bars before: the snapshot stays', async () => {
    valueOf(await pin());
    bench.vendor.misbehave('AAA', body('{"bars":{"AAA":[]},"next_page_token":null}'));
    expect(faultOf(await pin())).toMatchObject({ code: 'SourceUnavailable' });
    expect(valueOf(await pin())).toMatchObject({ snapshot: 1 });
  });
});

describe('what no other try cures', () => {
  const CASES: readonly (readonly [string, VendorFault, string, RegExp])[] = [
    [
      'a web page',
      body('<!doctype html><title>Log in</title>'),
      'InvalidSource',
      /no JSON but '<!doctype html><title>Log in/,
    ],
    ['an error in place of bars', body('{"error":"unknown interval"}'), 'InvalidSource', /unknown interval/],
    [
      'text in a price',
      body('{"bars":{"AAA":[{"t":1,"o":"x","h":1,"l":1,"c":1,"v":1}]}}'),
      'InvalidSource',
      /'o', row 1: 'x'/,
    ],
    ['no UTF-8', body(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 'InvalidSource', /not UTF-8/],
    [
      'a missing column',
      body('{"bars":{"AAA":[{"t":1,"o":1,"h":1,"l":1,"c":1}]}}'),
      'InvalidSource',
      /no column for 'volume'/,
    ],
    ['an unknown symbol', status(404, 'who?'), 'SourceNotFound', /404: 'who\?'/],
    ['a wrong request', status(400, 'bad interval'), 'InvalidSource', /400: 'bad interval'/],
    ['an answer beyond the limit', body('['.padEnd(1_100_000, ' ')), 'InvalidSource', /larger than 1 MB/],
    [
      'a gzip bomb',
      body(gzipSync('['.padEnd(5_000_000, ' ')), { 'content-encoding': 'gzip' }),
      'InvalidSource',
      /larger than 1 MB/,
    ],
    ['an endless redirect', status(302, '', { location: '/cursor/AAA' }), 'InvalidSource', /more than 5 redirects/],
    [
      'a redirect to plain http elsewhere',
      status(302, '', { location: 'http://example.com/' }),
      'InvalidSource',
      /plain http/,
    ],
    ['304 though nothing was asked conditionally', status(304), 'InvalidSource', /304/],
  ];

  it.each(CASES)('%s', async (name, fault, code, words) => {
    bench.vendor.misbehave('AAA', ...Array.from({ length: name === 'an endless redirect' ? 6 : 1 }, () => fault));
    const found = faultOf(await pin());
    expect(found).toMatchObject({ code, message: expect.stringMatching(words) as unknown });
  });

  it.each([
    [
      'a token that leads back',
      '{"bars":{"AAA":[' + ROW + ']},"next_page_token":"x"}',
      /same page was asked for twice/,
    ],
  ])('pages that go round in a circle: %s', async (_name, text, words) => {
    bench.vendor.misbehave('AAA', body(text), body(text));
    expect(faultOf(await pin())).toMatchObject({
      code: 'InvalidSource',
      message: expect.stringMatching(words) as unknown,
    });
  });

  it('a page number that the vendor ignores', async () => {
    const paging = { kind: 'page', parameter: 'page', first: 1, pageRows: null };
    const source = bench.source({ ...cursorShape(bench.vendor.origin), paging });
    expect(faultOf(await pin(source)).message).toMatch(/two pages in a row are the same/);
  });

  it('a next page on another host', async () => {
    const shape = { url: `${bench.vendor.origin}/link/{symbol}`, format: 'json', path: ['results'] };
    bench.vendor.misbehave('AAA', body(`{"results":[${ROW}],"next_url":"http://127.0.0.1:9/steal"}`));
    const source = bench.source({ ...shape, paging: { kind: 'link', next: ['next_url'] } });
    expect(faultOf(await pin(source)).message).toMatch(/next page is on another host/);
  });

  it('a time window that may have been cut', async () => {
    const source = bench.source({
      url: `${bench.vendor.origin}/klines?symbol={symbol}`,
      format: 'json',
      columns: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 },
      paging: {
        kind: 'window',
        fromParameter: 'startTime',
        toParameter: 'endTime',
        stamps: 'milliseconds',
        from: '2024-01-01',
        windowDays: 30,
        maxRows: 500,
      },
    });
    expect(faultOf(await pin(source)).message).toMatch(/it may have been cut; lower paging.windowDays/);
  });
});

describe('too many requests', () => {
  it('429 with seconds: the pause is told, bounded, and nobody is asked meanwhile', async () => {
    let nowMs = Date.now();
    await bench.close();
    bench = await openVendorBench(() => nowMs);
    bench.vendor.bars.set('AAA', vendorBars(1_000, 1));
    bench.vendor.misbehave('AAA', status(429, 'slow down', { 'retry-after': '7' }));
    expect(faultOf(await pin())).toMatchObject({ code: 'VendorRateLimited', details: { retryAfterMs: 7_000 } });
    nowMs += 3_000;
    expect(faultOf(await pin())).toMatchObject({ code: 'VendorRateLimited', details: { retryAfterMs: 4_000 } });
    expect(bench.vendor.requests).toHaveLength(1);
    nowMs += 4_000;
    expect(valueOf(await pin())).toMatchObject({ rows: 1_000 });
  });

  it.each([
    ['429 with an HTTP date', 429, () => new Date(Date.now() + 30_000).toUTCString(), 30_000],
    ['503 with seconds', 503, () => '5', 5_000],
    ['longer than the policy', 429, () => '86400', 60_000],
  ])('%s', async (_name, code, header, expectedMs) => {
    bench.vendor.misbehave('AAA', status(code, '', { 'retry-after': header() }));
    const { code: found, details } = faultOf(await pin());
    expect(found).toBe('VendorRateLimited');
    expect(Number(details?.retryAfterMs)).toBeGreaterThan(expectedMs - 2_000);
    expect(Number(details?.retryAfterMs)).toBeLessThanOrEqual(expectedMs);
  });

  it('a note in an answer that says 200', async () => {
    bench.vendor.misbehave('AAA', body('{"Note":"25 requests a day"}'));
    const source = bench.source({ ...cursorShape(bench.vendor.origin), limitedWhen: { path: ['Note'] } });
    expect(faultOf(await pin(source)).code).toBe('VendorRateLimited');
  });
});

describe('the key', () => {
  const PLACES = [
    { secret: 'vendor-key', in: 'bearer' },
    { secret: 'vendor-key', in: 'header', name: 'X-Vendor-Key' },
    { secret: 'vendor-key', in: 'query', name: 'apiKey' },
  ] as const;

  it.each(PLACES)('goes where it is said to ($in)', async (key) => {
    bench.vendor.key = SECRET;
    expect(valueOf(await pin(cursor({ key }))).rows).toBe(1_000);
  });

  it.each(PLACES)('never goes to another host, and stands in no message ($in)', async (key) => {
    const other = await VendorServer.start();
    try {
      other.bars.set('AAA', vendorBars(10, 1));
      const away: VendorFault = (response, request) =>
        void response.writeHead(307, { location: `${other.origin}${request.url ?? ''}` }).end();
      bench.vendor.misbehave('AAA', away);
      valueOf(await pin(cursor({ key })));
      const [asked] = other.requests;
      expect(JSON.stringify([asked?.url.href, asked?.headers])).not.toContain(SECRET);
      expect(asked?.url.pathname).toBe('/cursor/AAA');
    } finally {
      await other.close();
    }
  });

  it.each(PLACES)('that is refused is not tried again, and is called by its name ($in)', async (key) => {
    bench.vendor.misbehave('AAA', status(403, `the key ${SECRET} is not known`));
    const { code, message } = faultOf(await pin(cursor({ key })));
    expect({ code, message }).toMatchObject({
      code: 'VendorAccessDenied',
      message: expect.stringMatching(/the key \*\*\* is not known.*the secret 'vendor-key'/) as unknown,
    });
    expect(message).not.toContain(SECRET);
  });

  it('that is not there is asked for by its name', async () => {
    const source = cursor({ key: { secret: 'other-key', in: 'bearer' } });
    expect(faultOf(await pin(source))).toMatchObject({
      code: 'VendorAccessDenied',
      message: expect.stringContaining('CANDLEWICK_SECRET_OTHER_KEY') as unknown,
    });
    expect(bench.vendor.requests).toHaveLength(0);
  });

  it('is in no file of the store, even where the vendor repeats it', async () => {
    bench.vendor.usesEtags = true;
    const echo = `{"bars":{"AAA":[${ROW},${ROW.replace('T00', 'T01')}]},"you":"${SECRET}"}`;
    bench.vendor.misbehave('AAA', body(echo, { etag: '"1"' }));
    valueOf(await pin(cursor({ key: PLACES[2] })));
    const files = readdirSync(bench.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name)).includes(SECRET)).toBe(false);
    const [marker] = await bench.store.objects.list('vendors/');
    expect(Buffer.from((await bench.store.objects.get(marker ?? '')) ?? []).toString()).toContain('"pages":[]');
  });
});

it('the bars of overlapping, repeated and unsorted pages are each read once, in order', async () => {
  const [a, b, c] = ['T00', 'T01', 'T02'].map((hour) => ROW.replace('T00', hour));
  const revised = c?.replace('"c":1', '"c":2') ?? '';
  bench.vendor.misbehave(
    'AAA',
    body(`{"bars":{"AAA":[${c ?? ''},${b ?? ''}]},"next_page_token":"2"}`),
    body(`{"bars":{"AAA":[${b ?? ''},${a ?? ''},${revised}]}}`),
  );
  const bars = await barsOf(cursor());
  expect([...bars.time].map((time) => new Date(time).getUTCHours())).toEqual([1, 2, 3, 3]);
  // Rows of one time that differ are left to cleaning, the first to arrive first.
  expect([...bars.close]).toEqual([1, 1, 1, 2]);
});
