import { FIRST_OPEN_MS, TIMEFRAME_MS, vendorBars } from '../../support/vendor-server';
import type { VendorBench } from './support';
import { barsOf, cursorShape, openVendorBench, valueOf } from './support';

let bench: VendorBench;

beforeAll(async () => {
  bench = await openVendorBench();
  bench.vendor.bars.set('AAA', vendorBars(1_000, 1));
  bench.vendor.bars.set('BBB', vendorBars(30, 2));
});
afterAll(() => bench.close());

/** The shapes of docs/vendors.md. */
const SHAPES: readonly (readonly [string, (origin: string) => object, number])[] = [
  ['objects with a page token and ISO stamps', cursorShape, 3],
  [
    'objects with the address of the next page and stamps in milliseconds',
    (origin) => ({
      url: `${origin}/link/{symbol}`,
      format: 'json',
      path: ['results'],
      paging: { kind: 'link', next: ['next_url'] },
    }),
    3,
  ],
  [
    'lists by time window, numbers as text',
    (origin) => ({
      url: `${origin}/klines?symbol={symbol}&interval=1h`,
      format: 'json',
      columns: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 },
      paging: {
        kind: 'window',
        fromParameter: 'startTime',
        toParameter: 'endTime',
        stamps: 'milliseconds',
        from: '2024-01-01',
        windowDays: 365,
        maxRows: 9_000,
      },
    }),
    // The years until now; the bars themselves end in the first.
    0,
  ],
  [
    'an object of columns, stamps in seconds',
    (origin) => ({
      url: `${origin}/history?symbol={symbol}&resolution=60`,
      format: 'json',
      layout: 'columns',
      columns: { time: 't', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' },
      emptyWhen: { path: ['s'], equals: 'no_data' },
    }),
    1,
  ],
  [
    'an object of rows by their stamp',
    (origin) => ({
      url: `${origin}/query?function=INTRADAY&symbol={symbol}`,
      format: 'json',
      layout: 'keyed',
      path: ['Time Series (60min)'],
      columns: { open: '1. open', high: '2. high', low: '3. low', close: '4. close', volume: '5. volume' },
      limitedWhen: { path: ['Note'] },
    }),
    1,
  ],
  ['CSV', (origin) => ({ url: `${origin}/csv/{symbol}`, format: 'csv' }), 1],
];

describe.each(SHAPES)('%s', (_name, shape, pages) => {
  it('gives the vendor’s bars with the instants at which they close', async () => {
    const before = bench.vendor.requests.length;
    const bars = await barsOf(bench.source(shape(bench.vendor.origin)));
    const asked = bench.vendor.requests.length - before;
    const expected = vendorBars(1_000, 1);
    expect([...bars.time]).toEqual(expected.map(({ openMs }) => openMs + TIMEFRAME_MS));
    for (const field of ['open', 'high', 'low', 'close', 'volume'] as const)
      expect([...bars[field]]).toEqual(expected.map((bar) => bar[field]));
    if (pages > 0) expect(asked).toBe(pages);
  });

  it('keeps the same bars as the same table, whatever the shape', async () => {
    const source = bench.source(shape(bench.vendor.origin), { stamp: 'open' });
    const pinned = valueOf(await source.pin!('AAA', { asOfMs: Infinity, runId: 'r' }));
    expect(pinned).toMatchObject({ rows: 1_000, timeframeMs: TIMEFRAME_MS, revision: null });
    expect(pinned.newestCloseMs).toBe(FIRST_OPEN_MS + 1_000 * TIMEFRAME_MS);
    const other = bench.source(cursorShape(bench.vendor.origin));
    expect(valueOf(await other.pin!('AAA', { asOfMs: Infinity, runId: 'r' })).bars).toEqual(pinned.bars);
  });
});

describe('the list of symbols', () => {
  const list = { format: 'json', path: ['tickers'], field: 'ticker' };

  it('comes from the vendor where no symbol is named', async () => {
    const { origin } = bench.vendor;
    const source = bench.source(cursorShape(origin), { symbols: null, list: { url: `${origin}/symbols`, ...list } });
    expect(valueOf(await source.list()).map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB']);
  });

  it('is the configured one otherwise, and asks nobody', async () => {
    const before = bench.vendor.requests.length;
    const source = bench.source(cursorShape(bench.vendor.origin), { symbols: ['ZZZ', 'AAA'] });
    expect(valueOf(await source.list()).map(({ symbol }) => symbol)).toEqual(['AAA', 'ZZZ']);
    expect(bench.vendor.requests).toHaveLength(before);
  });
});
