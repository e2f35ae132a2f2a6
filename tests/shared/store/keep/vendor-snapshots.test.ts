import { createVendorSnapshots } from '../../../../shared/sources/http/snapshot-store';
import type { VendorSnapshot } from '../../../../shared/contracts/vendor';
import type { CollectionRequest } from '../../../../shared/store/keep/collect';
import { collect } from '../../../../shared/store/keep/collect';
import { findInGraph } from '../../../../shared/store/keep/find-in-graph';
import { inventoryOf } from '../../../../shared/store/keep/inventory';
import { SNAPSHOTS_KEPT } from '../../../../shared/store/keep/keep-by-age';
import { lineageOf } from '../../../../shared/store/keep/lineage';
import { readStoreGraph } from '../../../../shared/store/keep/read-graph';
import { DAY_MS, NOW_MS, openKeptStore, type KeptStore, verifyWholeStore } from '../../../support/kept-store';

const requestOf = (policy: Partial<CollectionRequest['policy']> = {}): CollectionRequest => ({
  policy: { keepRuns: 0, keepDays: 0, graceMs: DAY_MS, ...policy },
  openWork: () => Promise.resolve({ workflowIds: [], sinceMs: null }),
  who: 'a test',
});

async function collected(store: KeptStore, request = requestOf()) {
  const done = await collect(store.objects, request);
  if ('refused' in done) throw new Error(JSON.stringify(done.refused));
  return done;
}

const verified = (store: KeptStore) => verifyWholeStore(store.objects, { deep: true, onProgress: () => undefined });

/** What a vendor told on so many days, one snapshot a day, the last one `lastDaysAgo` days ago; each has bars of its own. */
async function vendorStore(count: number, lastDaysAgo = 5, source = 'source-1') {
  const store = openKeptStore();
  const vendor = createVendorSnapshots(store, source);
  const told: VendorSnapshot[] = [];
  for (let day = 1; day <= count; day += 1) {
    store.setClock(NOW_MS - (lastDaysAgo + count - day) * DAY_MS);
    const time = Float64Array.from([0, 3_600_000]);
    const price = Float64Array.from([1, day]);
    const columns = { time, open: price, high: price, low: price, close: price, volume: price };
    const table = await vendor.putBars(columns);
    const body = await vendor.putPage(Buffer.from(`the answer of day ${String(day)}`));
    const page = { request: 'hash', etag: null, lastModified: null, link: null, body };
    told.push(
      await vendor.append('XAG/USD', {
        ...{ fetchedAtMs: 0, fingerprint: `print ${String(day)}`, bars: table.ref, parts: [...table.parts], rows: 2 },
        ...{ timeframeMs: 3_600_000, newestCloseMs: 3_600_000, stampNote: '', openBars: 0, repeatedBars: 0 },
        pages: [page],
      }),
    );
  }
  store.setClock(NOW_MS);
  const standing = async (): Promise<readonly number[]> =>
    (await Promise.all(told.map(({ number }) => vendor.get('XAG/USD', number)))).flatMap((one) => one?.number ?? []);
  return { store, vendor, told, standing };
}

describe('snapshots of a vendor', () => {
  it('keep their bars, parts and pages, which no stage and no run names', async () => {
    const { store, vendor, told } = await vendorStore(2);
    await collected(store);
    for (const { bars, parts, pages } of told)
      for (const ref of [bars, ...parts, ...pages.map(({ body }) => body)])
        expect(await store.objects.size(ref.uri)).not.toBeNull();
    expect((await vendor.latest('XAG/USD'))?.number).toBe(2);
    expect(await vendor.readPage(told[1]!.pages[0]!.body)).not.toBeNull();
    expect((await verified(store)).damaged).toEqual([]);
  });

  it('beyond the newest go, with what only they need, and leave nothing half', async () => {
    const { store, standing, told, vendor } = await vendorStore(SNAPSHOTS_KEPT + 3);
    await vendor.markRead('XAG/USD', 1, 'an old run');
    await vendor.markRead('XAG/USD', 2, 'an old run');
    await vendor.markRead('XAG/USD', 3, 'a later one');
    for (const key of (await store.keys()).filter((name) => name.endsWith('.reader.json'))) {
      const bytes = await store.objects.get(key);
      store.setClock(NOW_MS - 9 * DAY_MS);
      await store.objects.put(key, bytes!, { ifAbsent: false });
      store.setClock(NOW_MS);
    }
    const { removed } = await collected(store);
    // The last two that were read stay: a revision is told against them.
    expect(await standing()).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(removed.snapshots.objects).toBe(2);
    expect(await store.objects.size(told[0]!.bars.uri)).toBeNull();
    expect(await store.objects.size(told[0]!.pages[0]!.body.uri)).toBeNull();
    expect((await store.keys()).filter((key) => key.endsWith('1.reader.json'))).toEqual([]);
    const { damaged, notes } = await verified(store);
    expect({ damaged, orphans: notes.unreferencedArtifacts.objects }).toEqual({ damaged: [], orphans: 0 });
    expect((await vendor.append('XAG/USD', { ...withoutNames(told[7]!) })).number).toBe(9);
  });

  it('stay while a kept run has read them, though somebody else read them first, and while they are young', async () => {
    const { store, standing, told, vendor } = await vendorStore(SNAPSHOTS_KEPT + 4);
    store.setClock(NOW_MS - 10 * DAY_MS);
    await vendor.markRead('XAG/USD', 1, 'kept');
    await vendor.markRead('XAG/USD', 2, 'gone');
    await vendor.markRead('XAG/USD', 6, 'gone');
    await vendor.markRead('XAG/USD', 7, 'gone');
    const path = await store.path('kept', 'XAG/USD', 'bars', 'x');
    const ingest = await store.stages.publish({
      stage: 'ingest',
      key: 'ab'.repeat(32),
      material: { fingerprint: told[1]!.fingerprint },
      outputs: { rawBars: told[1]!.bars },
      parts: [...told[1]!.parts],
      facts: {},
      producer: { runId: 'gone', attemptId: 'a1', seconds: 1, publishedAt: '', environment: {} },
    });
    await store.run('kept', [{ ...path, markers: [...path.markers, ingest.marker] }], NOW_MS - 10 * DAY_MS);
    store.setClock(NOW_MS);
    await collected(store, requestOf({ keepRuns: 1 }));
    expect(await standing()).toEqual([1, 2, 5, 6, 7, 8, 9]);
    const young = await vendorStore(SNAPSHOTS_KEPT + 4);
    await collected(young.store, requestOf({ keepDays: 12 }));
    expect(await young.standing()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('stop a collection where one of the newest cannot be read', async () => {
    const { store } = await vendorStore(3);
    const key = (await store.keys()).find((name) => name.endsWith('/00000002.json'))!;
    store.setClock(NOW_MS - 5 * DAY_MS);
    await store.objects.put(key, Buffer.from('{"half'), { ifAbsent: false });
    store.setClock(NOW_MS);
    expect(await collect(store.objects, requestOf())).toMatchObject({
      refused: { kind: 'obstacles', obstacles: [expect.stringContaining(key) as string] },
    });
  });

  it('are named by verify, ls and lineage', async () => {
    const { store, told } = await vendorStore(2);
    const [first] = told;
    const graph = await readStoreGraph(store.objects);
    const kinds = inventoryOf(graph, graph.entries.keys()).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['raw-bars', 'table-part', 'vendor-page', 'vendor-snapshot']));
    expect(findInGraph(graph, lineageOf(graph), first!.pages[0]!.body.sha256)).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining('snapshot 1 of XAG/USD') as string,
    });
    const page = first!.pages[0]!.body.uri;
    const bytes = await store.objects.get(page);
    await store.objects.put(page, Buffer.from(bytes!.map((byte, i) => (i === 10 ? byte ^ 4 : byte))), {
      ifAbsent: false,
    });
    await store.objects.remove(first!.bars.uri);
    expect((await verified(store)).damaged).toMatchObject([
      { key: first!.bars.uri, dependents: { snapshots: ['XAG/USD #1'] } },
      {
        key: page,
        dependents: { snapshots: ['XAG/USD #1'] },
        remedy: expect.stringContaining('the vendor is asked') as string,
      },
    ]);
  });
});

describe('alerts and drills', () => {
  it('stay for months, each whole by its newest object; a probe of the store goes with the grace period', async () => {
    const store = openKeptStore();
    const put = async (key: string, daysAgo: number) => {
      store.setClock(NOW_MS - daysAgo * DAY_MS);
      await store.objects.put(key, Buffer.from('{}'), { ifAbsent: false });
    };
    await put('alerts/run-failed-1/000001/notice.json', 200);
    await put('alerts/run-failed-1/000002/notice.json', 80);
    await put('alerts/run-failed-2/000001/notice.json', 100);
    await put('drills/2026-01-01.json', 100);
    await put('drills/2026-05-01.json', 30);
    await put('probe/left-by-a-killed-check', 2);
    await put('probe/being-tried', 0);
    store.setClock(NOW_MS);
    await collected(store);
    expect((await store.keys()).filter((key) => /^(alerts|drills|probe)/.test(key))).toEqual([
      'alerts/run-failed-1/000001/notice.json',
      'alerts/run-failed-1/000002/notice.json',
      'drills/2026-05-01.json',
      'probe/being-tried',
    ]);
  });
});

function withoutNames(snapshot: VendorSnapshot) {
  const names: ReadonlySet<string> = new Set(['schemaVersion', 'symbol', 'number']);
  const fields = Object.entries(snapshot).filter(([name]) => !names.has(name));
  return Object.fromEntries(fields) as Omit<VendorSnapshot, 'schemaVersion' | 'symbol' | 'number'>;
}
