import fc from 'fast-check';
import type { Collected, CollectionRequest } from '../../../../shared/store/keep/collect';
import { collect, planOf } from '../../../../shared/store/keep/collect';
import type { OpenWork } from '../../../../shared/store/keep/collection-plan';
import { readStoreGraph } from '../../../../shared/store/keep/read-graph';
import { createTrialLedger } from '../../../../shared/store/trial-ledger';
import { ARTIFACT_KINDS } from '../../../../shared/names/artifact-kinds';
import { StoreError, type ObjectStore } from '../../../../shared/store/port';
import {
  DAY_MS,
  HOUR_MS,
  NOW_MS,
  leaveCheckpoints,
  openKeptStore,
  type KeptStore,
  verifyWholeStore,
} from '../../../support/kept-store';
import { trialOf } from '../trial-ledger-cases';

const NOTHING_OPEN: OpenWork = { workflowIds: [], sinceMs: null };
const STRICT = { keepRuns: 0, keepDays: 0, graceMs: DAY_MS };

const requestOf = (policy: Partial<CollectionRequest['policy']> = {}, open = NOTHING_OPEN): CollectionRequest => ({
  policy: { ...STRICT, ...policy },
  openWork: () => Promise.resolve(open),
  who: 'a test',
});

async function collected(store: KeptStore, request = requestOf()): Promise<Collected> {
  const done = await collect(store.objects, request);
  if ('refused' in done) throw new Error(JSON.stringify(done.refused));
  return done;
}

const damagedIn = async (objects: ObjectStore) =>
  (await verifyWholeStore(objects, { deep: true, onProgress: () => undefined })).damaged.map(
    ({ key, what }) => `${key}: ${what}`,
  );

/** Two old runs of one symbol each, ten and five days old. */
async function twoOldRuns(wrap?: (objects: ObjectStore) => ObjectStore) {
  const store = openKeptStore(wrap);
  store.setClock(NOW_MS - 10 * DAY_MS);
  const old = await store.path('old', 'AAA', 'bars A', 'x');
  await store.run('old', [old], NOW_MS - 10 * DAY_MS);
  store.setClock(NOW_MS - 5 * DAY_MS);
  const newer = await store.path('newer', 'BBB', 'bars B', 'x');
  await store.run('newer', [newer], NOW_MS - 5 * DAY_MS);
  store.setClock(NOW_MS);
  return { store, old, newer };
}

describe('a collection', () => {
  it('writes nothing in a dry run', async () => {
    const { store } = await twoOldRuns();
    const before = await store.keys();
    const { plan } = await planOf(store.objects, requestOf());
    expect(plan.removals.artifacts.length).toBeGreaterThan(0);
    expect(await store.keys()).toEqual(before);
  });

  it('removes an old run whole, and all of what nothing else needs', async () => {
    const { store } = await twoOldRuns();
    const { removed } = await collected(store);
    expect(removed.runs.objects).toBe(16);
    expect((await store.keys()).filter((key) => !key.startsWith('collections/'))).toEqual([]);
  });

  it('keeps every trial and the returns that were entered with it, however old', async () => {
    const { store } = await twoOldRuns();
    store.setClock(NOW_MS - 10 * DAY_MS);
    const returns = await store.artifacts.putJson({ dates: [], returns: [] }, ARTIFACT_KINDS.dailyReturns);
    const ledger = createTrialLedger(store.objects);
    const entered = await ledger.enter('metals', 'AAA', [trialOf(1, { returns })], '2026-05-22T00:00:00.000Z');
    store.setClock(NOW_MS);
    await collected(store);
    expect((await ledger.read('metals', 'AAA')).head).toEqual(entered.head);
    expect(await store.artifacts.isIntact(returns)).toBe(true);
    expect(await damagedIn(store.objects)).toEqual([]);
    await store.objects.remove(returns.uri);
    expect(await damagedIn(store.objects)).toEqual([
      `${returns.uri}: daily-returns is missing, which trial studies/metals/AAA/1.json names`,
    ]);
  });

  it('keeps the newest runs with everything that they name', async () => {
    const { store, newer } = await twoOldRuns();
    await collected(store, requestOf({ keepRuns: 1 }));
    expect(await damagedIn(store.objects)).toEqual([]);
    for (const { stage, key } of newer.markers) {
      expect(await store.stages.find(stage as 'train', key)).not.toBeNull();
    }
    const left = await store.keys();
    expect(left.some((key) => key.startsWith('runs/newer/'))).toBe(true);
    expect(left.some((key) => key.startsWith('runs/old/'))).toBe(false);
  });

  it('keeps runs younger than so many days', async () => {
    const { store } = await twoOldRuns();
    const { plan } = await collected(store, requestOf({ keepDays: 7 }));
    expect(plan.removedRuns.map(({ record }) => record?.runId)).toEqual(['old']);
  });

  it.each(['champion', 'challenger', 'previous'] as const)(
    'never takes what the %s needs, back to its bars',
    async (alias) => {
      const { store, old } = await twoOldRuns();
      await store.register('daily/AAA-h20', 1, 'old', old);
      await store.assign('daily/AAA-h20', 1, { [alias]: 1 });
      const { plan } = await collected(store);
      expect(plan.keptRuns.map(({ record }) => record?.runId)).toEqual(['old']);
      expect(await damagedIn(store.objects)).toEqual([]);
      for (const marker of old.markers)
        expect(await store.stages.find(marker.stage as 'train', marker.key)).toEqual(marker);
    },
  );

  it('takes the bundle of a version that lost its alias, and verify calls that no damage', async () => {
    const { store, old, newer } = await twoOldRuns();
    await store.register('daily/AAA-h20', 1, 'old', old);
    await store.register('daily/AAA-h20', 2, 'newer', newer);
    await store.assign('daily/AAA-h20', 1, { champion: 1 });
    await store.assign('daily/AAA-h20', 2, { champion: 2 });
    await collected(store);
    expect(await store.objects.size(old.bundle.uri)).toBeNull();
    expect(await store.objects.size(newer.bundle.uri)).not.toBeNull();
    const { damaged, notes } = await verifyWholeStore(store.objects, { deep: true, onProgress: () => undefined });
    expect(damaged).toEqual([]);
    expect(notes.versionsCollected).toEqual(['daily/AAA-h20 v1']);
  });

  it('keeps the evidence of every decision', async () => {
    const { store, old } = await twoOldRuns();
    store.setClock(NOW_MS - 5 * DAY_MS);
    const evidence = await store.artifacts.put(Buffer.from('numbers'), { kind: 'evidence', schemaVersion: 1 });
    const verdict = {
      passed: true,
      checks: [{ name: 'skill', passed: true, sentence: '', measured: 1, wanted: 1 }],
      rows: 9,
      evidence,
    };
    await store.register('daily/AAA-h20', 1, 'old', old);
    await store.assign('daily/AAA-h20', 1, { verdict });
    await store.assign('daily/AAA-h20', 2, {});
    store.setClock(NOW_MS);
    await collected(store);
    expect(await store.objects.size(evidence.uri)).not.toBeNull();
    expect(await store.objects.size(old.bundle.uri)).toBeNull();
    await store.objects.remove(evidence.uri);
    expect(await damagedIn(store.objects)).toEqual([expect.stringContaining('evidence is missing')]);
  });

  it('keeps what was used since the oldest open run began, and what that run wrote', async () => {
    const { store, old } = await twoOldRuns();
    store.setClock(NOW_MS - 3 * DAY_MS);
    // The open run finds the old result of AAA, three days ago.
    await store.path('open', 'AAA', 'bars A', 'x');
    store.setClock(NOW_MS);
    const open = { workflowIds: ['open'], sinceMs: NOW_MS - 3 * DAY_MS };
    const { plan } = await collected(store, requestOf({}, open));
    expect(plan.kept.get(old.bundle.uri)).toBe('open');
    expect(await damagedIn(store.objects)).toEqual([]);
    for (const marker of old.markers)
      expect(await store.stages.find(marker.stage as 'train', marker.key)).toEqual(marker);
    expect((await store.keys()).some((key) => key.startsWith('runs/newer'))).toBe(false);
    await collected(store);
    expect(await store.objects.size(old.bundle.uri)).not.toBeNull();
  });

  it('keeps what is younger than the grace period, though nothing refers to it yet', async () => {
    const { store } = await twoOldRuns();
    store.setClock(NOW_MS - 23 * HOUR_MS);
    const young = await store.artifacts.put(Buffer.from('about to be referred to'), {
      kind: 'config',
      schemaVersion: 1,
    });
    // Found there already, ten days old, and used again.
    const again = await store.artifacts.put(Buffer.from('part of bars A'), { kind: 'table-part', schemaVersion: 1 });
    store.setClock(NOW_MS);
    await collected(store);
    for (const { uri } of [young, again]) expect(await store.objects.size(uri)).not.toBeNull();
    store.setClock(NOW_MS + 2 * DAY_MS);
    await collected(store);
    for (const { uri } of [young, again]) expect(await store.objects.size(uri)).toBeNull();
  });

  it('refuses a grace period in which a mark of use may not have been renewed', async () => {
    const { store } = await twoOldRuns();
    await expect(collect(store.objects, requestOf({ graceMs: HOUR_MS }))).rejects.toThrow(RangeError);
    await expect(collect(store.objects, requestOf({ graceMs: NaN }))).rejects.toThrow(RangeError);
  });

  it('keeps checkpoints that a kept run may go on from, and takes those of no run or with a result', async () => {
    const { store, newer } = await twoOldRuns();
    store.setClock(NOW_MS - 5 * DAY_MS);
    const wanted = 'aa'.repeat(32);
    const published = newer.markers.find(({ stage }) => stage === 'train')!.key;
    const abandoned = 'bb'.repeat(32);
    for (const key of [wanted, published, abandoned]) await leaveCheckpoints(store.objects, key);
    await store.objects.put(`runs/newer/attempts/train-${wanted}-a1.json`, Buffer.from('{}'), { ifAbsent: false });
    store.setClock(NOW_MS);
    await collected(store, requestOf({ keepRuns: 1 }));
    const left = (await store.keys()).filter((key) => /^(checkpoints|metrics)/.test(key));
    expect(new Set(left.map((key) => key.split('/').slice(0, 3).join('/')))).toEqual(
      new Set([`checkpoints/aa/${wanted}`, `metrics/aa/${wanted}`, `metrics/${published.slice(0, 2)}/${published}`]),
    );
    expect(await damagedIn(store.objects)).toEqual([]);
  });

  it('takes nothing where a registry entry or a kept record cannot be read', async () => {
    const { store } = await twoOldRuns();
    for (const key of ['models/daily/AAA-h20/assignments/00000001.json', 'runs/newer/run.json']) {
      const sound = await store.objects.get(key);
      await store.objects.put(key, Buffer.from('{"half'), { ifAbsent: false });
      const before = (await store.keys()).filter((name) => !name.startsWith('collections/'));
      expect(await collect(store.objects, requestOf({ keepRuns: 1 }))).toMatchObject({
        refused: { kind: 'obstacles', obstacles: [expect.stringContaining(key) as string] },
      });
      expect((await store.keys()).filter((name) => !name.startsWith('collections/'))).toEqual(before);
      if (sound === null) await store.objects.remove(key);
      else await store.objects.put(key, sound, { ifAbsent: false });
    }
  });

  it('lets one of two collections at once collect', async () => {
    const { store } = await twoOldRuns();
    const both = await Promise.all([1, 2, 3].map(() => collect(store.objects, requestOf())));
    expect(both.filter((done) => !('refused' in done)).length).toBeGreaterThanOrEqual(1);
    expect(await damagedIn(store.objects)).toEqual([]);
  });

  it('is computed again after it was collected, to the same hashes', async () => {
    const { store, old } = await twoOldRuns();
    await collected(store);
    const again = await store.path('again', 'AAA', 'bars A', 'x');
    expect(again.bundle).toEqual(old.bundle);
    expect(again.markers.map(({ key, outputs }) => ({ key, outputs }))).toEqual(
      old.markers.map(({ key, outputs }) => ({ key, outputs })),
    );
    expect(store.damage).toEqual([]);
  });

  it('may die at any removal: nothing points at nothing, and the next one finishes the work', async () => {
    const whole = await twoOldRuns();
    const { plan } = await planOf(whole.store.objects, requestOf({ keepRuns: 1 }));
    const removals = Object.values(plan.removals).flat().length;
    for (let dieAt = 0; dieAt < removals; dieAt += 1) {
      let left = Infinity;
      const { store } = await twoOldRuns((objects) => ({
        ...objects,
        remove: (key) => {
          if (!/^(collections)/.test(key) && (left -= 1) < 0)
            return Promise.reject(new StoreError('StoreUnavailable', 'the collection was killed here'));
          return objects.remove(key);
        },
      }));
      left = dieAt;
      await expect(collect(store.objects, requestOf({ keepRuns: 1 }))).rejects.toThrow('killed here');
      left = Infinity;
      expect(await damagedIn(store.objects)).toEqual([]);
      await collected(store, requestOf({ keepRuns: 1 }));
      expect((await readStoreGraph(store.objects)).runs.size).toBe(1);
      expect(await damagedIn(store.objects)).toEqual([]);
    }
  });
});

describe('a collection, over random stores', () => {
  const run = fc.record({
    symbols: fc.uniqueArray(fc.constantFrom('AAA', 'BBB', 'CCC'), { minLength: 1, maxLength: 3 }),
    bars: fc.constantFrom('monday', 'tuesday'),
    settings: fc.constantFrom('x', 'y'),
    ageDays: fc.integer({ min: 0, max: 40 }),
    registered: fc.boolean(),
    hasRecord: fc.boolean(),
  });
  const stores = fc.record({
    runs: fc.array(run, { minLength: 1, maxLength: 6 }),
    champion: fc.nat(5),
    keepRuns: fc.nat(3),
    keepDays: fc.constantFrom(0, 7, 30),
    openDays: fc.option(fc.integer({ min: 1, max: 40 })),
  });

  it('removes nothing that a kept root reaches, and leaves nothing damaged', async () => {
    await fc.assert(
      fc.asyncProperty(stores, async ({ runs, champion, keepRuns, keepDays, openDays }) => {
        const store = openKeptStore();
        const inTime = runs.map((given, i) => ({ ...given, id: `run-${i}` })).sort((a, b) => b.ageDays - a.ageDays);
        const needed = new Set<string>();
        let version = 0;
        for (const { id, symbols, bars, settings, ageDays, registered, hasRecord } of inTime) {
          const atMs = NOW_MS - ageDays * DAY_MS;
          store.setClock(atMs);
          const paths = [];
          for (const symbol of symbols) paths.push(await store.path(id, symbol, `${bars} ${symbol}`, settings));
          if (hasRecord) await store.run(id, paths, atMs);
          if (registered) {
            version += 1;
            await store.register('daily/M-h20', version, id, paths[0]!);
          }
          const rank = inTime.filter((other) => other.hasRecord && other.ageDays < ageDays).length;
          const isKept = hasRecord && (ageDays <= keepDays || rank < keepRuns);
          const isUsed = ageDays < 1 || (openDays !== null && ageDays <= openDays);
          const isChampion = registered && version === champion;
          // Told apart from the plan: what a person would say must stay.
          for (const path of [...(isKept || isUsed ? paths : []), ...(isChampion ? [paths[0]!] : [])]) {
            needed.add(path.bundle.uri);
            for (const marker of path.markers) {
              needed.add(`stages/${marker.stage}/${marker.key.slice(0, 2)}/${marker.key}.json`);
              for (const ref of [...Object.values(marker.outputs), ...marker.parts]) needed.add(ref.uri);
            }
          }
        }
        if (champion >= 1 && champion <= version) await store.assign('daily/M-h20', 1, { champion });
        // Ties of age may be ranked either way; those are left to the other properties.
        fc.pre(new Set(inTime.map(({ ageDays }) => ageDays)).size === inTime.length);
        store.setClock(NOW_MS);
        const open = openDays === null ? NOTHING_OPEN : { workflowIds: ['w'], sinceMs: NOW_MS - openDays * DAY_MS };
        await collected(store, requestOf({ keepRuns, keepDays }, open));
        const left = new Set(await store.keys());
        expect([...needed].filter((key) => !left.has(key))).toEqual([]);
        expect(await damagedIn(store.objects)).toEqual([]);
        const second = await collected(store, requestOf({ keepRuns, keepDays }, open));
        expect(Object.values(second.removed).reduce((sum, { objects }) => sum + objects, 0)).toBe(0);
      }),
      { numRuns: 120 },
    );
  }, 120_000);
});
