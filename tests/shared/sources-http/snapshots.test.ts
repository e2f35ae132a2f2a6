import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { compareBars } from '../../../shared/sources/http/compare-bars';
import { mergeBars } from '../../../shared/sources/http/merge-bars';
import type { VendorBar } from '../../support/vendor-server';
import { FIRST_OPEN_MS, TIMEFRAME_MS, vendorBars } from '../../support/vendor-server';
import type { VendorBench } from './support';
import { cursorShape, openVendorBench, valueOf } from './support';

let bench: VendorBench;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2025, 0, 1);
  bench = await openVendorBench(() => nowMs);
  bench.vendor.bars.set('AAA', vendorBars(1_000, 1));
});
afterEach(() => bench.close());

const source = () => bench.source(cursorShape(bench.vendor.origin));
const pinOnly = async (runId: string, asOfMs = Infinity) => valueOf(await source().pin!('AAA', { asOfMs, runId }));
/** Pinned, and read to the end. */
const pin = async (runId: string, asOfMs = Infinity) => {
  const pinned = await pinOnly(runId, asOfMs);
  valueOf(await source().markRead!('AAA', pinned, runId));
  return pinned;
};
const edit = (change: (bars: VendorBar[]) => VendorBar[]) =>
  bench.vendor.bars.set('AAA', change([...(bench.vendor.bars.get('AAA') ?? [])]));
const snapshots = async () => (await bench.store.objects.list('vendors/')).filter((key) => /\/\d{8}\.json$/.test(key));
const statuses = () => bench.vendor.requests.map(({ status }) => status);

describe('snapshots', () => {
  it('an unchanged answer is told in three words, and makes no snapshot', async () => {
    const first = await pin('one');
    bench.vendor.requests.length = 0;
    expect(await pin('two')).toEqual(first);
    await new Promise(setImmediate);
    expect(statuses()).toEqual([304, 304, 304]);
    expect(await snapshots()).toHaveLength(1);
  });

  it('of a vendor without ETags, the same bars make no further snapshot either', async () => {
    bench.vendor.usesEtags = false;
    expect(await pin('one')).toEqual(await pin('two'));
    expect(await snapshots()).toHaveLength(1);
  });

  it('two workers at once both leave theirs', async () => {
    edit((bars) => bars.slice(0, 900));
    const [a, b] = await Promise.all([pin('one'), pin('two')]);
    expect([a.snapshot, b.snapshot].sort()).toEqual([1, 2]);
    expect(a.fingerprint).toBe(b.fingerprint);
  });

  it('a page whose bytes are gone is asked for whole', async () => {
    await pin('one');
    rmSync(join(bench.folder, 'blobs'), { recursive: true });
    expect(await pin('two')).toMatchObject({ rows: 1_000 });
  });

  it('a snapshot that reaches to the as-of instant is read without asking', async () => {
    const { newestCloseMs } = await pin('one');
    const asked = bench.vendor.requests.length;
    expect((await pin('two', newestCloseMs ?? 0)).snapshot).toBe(1);
    expect(bench.vendor.requests).toHaveLength(asked);
    await pin('two', (newestCloseMs ?? 0) + 1);
    expect(bench.vendor.requests.length).toBeGreaterThan(asked);
  });

  it('a bar that has not closed is left out until it has', async () => {
    nowMs = FIRST_OPEN_MS + 1_000 * TIMEFRAME_MS - 1;
    expect((await pin('one')).rows).toBe(999);
    nowMs += 1;
    expect(await pin('two')).toMatchObject({ rows: 1_000, revision: null });
  });
});

describe('the newest close', () => {
  it('is asked for conditionally, and kept for whoever reads next', async () => {
    const end = FIRST_OPEN_MS + 1_000 * TIMEFRAME_MS;
    expect(valueOf(await source().newestCloseMs('AAA'))).toBe(end);
    edit(() => vendorBars(1_010, 1));
    expect(valueOf(await source().newestCloseMs('AAA'))).toBe(end + 10 * TIMEFRAME_MS);
    expect((await pin('one')).snapshot).toBe(2);
  });

  it('is not asked for where the snapshot reaches far enough', async () => {
    const { newestCloseMs } = await pin('one');
    const asked = bench.vendor.requests.length;
    expect(valueOf(await source().newestCloseMs('AAA', newestCloseMs ?? 0))).toBe(newestCloseMs);
    expect(bench.vendor.requests).toHaveLength(asked);
  });

  it('is null for a symbol without bars', async () => {
    edit(() => []);
    expect(valueOf(await source().newestCloseMs('AAA'))).toBeNull();
  });
});

describe('revisions', () => {
  it('counts what changed, what is gone and what came in between', async () => {
    const bars = vendorBars(1_000, 1);
    edit((all) => all.filter((_, index) => index !== 50));
    await pin('one');
    edit(() => bars.filter((_, i) => i !== 70).map((bar, i) => (i === 10 ? { ...bar, close: 7, low: 6 } : bar)));
    const { revision } = await pin('two');
    expect(revision).toMatchObject({ since: 1, snapshot: 2, changed: 1, removed: 1, addedInPast: 1 });
    const closeOf = (index: number) => (bars[index]?.openMs ?? 0) + TIMEFRAME_MS;
    expect(revision?.rows).toEqual([
      { timeMs: closeOf(10), kind: 'changed', field: 'low', before: bars[10]?.low, after: 6 },
      { timeMs: closeOf(50), kind: 'added', field: null, before: null, after: bars[50]?.close },
      { timeMs: closeOf(70), kind: 'removed', field: null, before: bars[70]?.close, after: null },
    ]);
  });

  it('is told to the run that reads it first, to each of its attempts, and to nobody after it', async () => {
    await pin('one');
    edit((bars) => bars.map((bar, index) => (index === 3 ? { ...bar, volume: 1 } : bar)));
    // Seen by whoever only looked for late bars: not yet read by a run.
    await source().newestCloseMs('AAA');
    expect((await pin('two')).revision).toMatchObject({ changed: 1 });
    expect((await pin('two')).revision).toMatchObject({ changed: 1 });
    expect((await pin('three')).revision).toBeNull();
  });

  it('is told to the next run where the one that pinned it never read it to the end', async () => {
    await pin('one');
    edit((bars) => bars.map((bar, index) => (index === 3 ? { ...bar, volume: 1 } : bar)));
    expect((await pinOnly('cancelled')).revision).toMatchObject({ changed: 1 });
    expect((await pin('two')).revision).toMatchObject({ since: 1, changed: 1 });
    expect((await pin('three')).revision).toBeNull();
  });

  it.each(['the bars', 'the record'])(
    'cannot be told where %s of the last snapshot that was read are damaged',
    async (what) => {
      const { bars } = await pin('one');
      edit((all) => all.map((bar, index) => (index === 3 ? { ...bar, volume: 1 } : bar)));
      await pinOnly('another');
      const [record = ''] = await snapshots();
      await bench.store.objects.put(what === 'the bars' ? bars.uri : record, Buffer.from('{'), { ifAbsent: false });
      expect(await pin('two')).toMatchObject({
        snapshot: 2,
        revision: null,
        notCompared: expect.stringContaining('snapshot 1 of AAA') as string,
      });
      expect(await pin('three')).toMatchObject({ revision: null, notCompared: null });
    },
  );

  it('is none where bars follow, or where old ones leave a sliding window', async () => {
    await pin('one');
    edit(() => vendorBars(1_050, 1).slice(20));
    expect(await pin('two')).toMatchObject({ snapshot: 2, rows: 1_030, revision: null });
  });
});

const column = (values: readonly number[]) => Float64Array.from(values);
const series = (values: ReadonlyMap<number, number>) => {
  const times = [...values.keys()].sort((a, b) => a - b);
  const prices = column(times.map((time) => values.get(time) ?? NaN));
  return { time: column(times), open: prices, high: prices, low: prices, close: prices, volume: prices };
};
const barMap = fc
  .dictionary(fc.integer({ min: 1, max: 40 }).map(String), fc.integer({ min: 1, max: 3 }))
  .map((entries) => new Map(Object.entries(entries).map(([time, price]) => [Number(time), price])));

it('compareBars agrees with a plain count, for any two series', () => {
  fc.assert(
    fc.property(barMap, barMap, (before, after) => {
      const newest = Math.max(-Infinity, ...before.keys());
      const first = Math.min(Infinity, ...after.keys());
      const changed = [...after].filter(([time, price]) => before.has(time) && before.get(time) !== price).length;
      const addedInPast = [...after.keys()].filter((time) => !before.has(time) && time < newest).length;
      const removed = [...before.keys()].filter((time) => !after.has(time) && time > first).length;
      const found = compareBars(series(before), series(after));
      expect(found === null).toBe(changed + addedInPast + removed === 0);
      if (found !== null) expect(found).toMatchObject({ changed, addedInPast, removed });
    }),
  );
});

it('mergeBars gives one table however bars are cut into pages, in any order, with any overlap', () => {
  const cut = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 12 }), { maxLength: 6 });
  fc.assert(
    fc.property(cut, fc.integer({ min: 0, max: 31 }), (pages, until) => {
      const asPage = (times: readonly number[]) => {
        const prices = column(times.map((time) => time * 2));
        return { time: column(times), open: prices, high: prices, low: prices, close: prices, volume: prices };
      };
      const merged = mergeBars(pages.map(asPage), until);
      const expected = [...new Set(pages.flat())].filter((time) => time <= until).sort((a, b) => a - b);
      expect([...merged.bars.time]).toEqual(expected);
      expect([...merged.bars.close]).toEqual(expected.map((time) => time * 2));
      expect(merged.open + merged.repeated + expected.length).toBe(pages.flat().length);
    }),
  );
});
