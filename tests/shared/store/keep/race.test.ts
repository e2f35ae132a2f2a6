import fc from 'fast-check';
import { collect } from '../../../../shared/store/keep/collect';
import { createArtifacts } from '../../../../shared/store/artifacts';
import { createStageCache } from '../../../../shared/store/stage-cache';
import { CONDEMNED_KEY, createUses, useKey, writeCondemned } from '../../../../shared/store/uses';
import type { ObjectStore } from '../../../../shared/store/port';
import { DAY_MS, NOW_MS, openKeptStore, publishPath } from '../../../support/kept-store';

const REQUEST = {
  policy: { keepRuns: 0, keepDays: 0, graceMs: DAY_MS },
  openWork: () => Promise.resolve({ workflowIds: [], sinceMs: null }),
  who: 'a test',
};

/** Every request of a store at a moment that the schedule chooses. */
function scheduled(objects: ObjectStore, schedule: fc.Scheduler, who: string): ObjectStore {
  const at =
    <A extends readonly unknown[], R>(name: string, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await schedule.schedule(Promise.resolve(), `${who} ${name} ${String(args[0])}`);
      return work(...args);
    };
  return {
    description: objects.description,
    put: at('put', (...args: Parameters<ObjectStore['put']>) => objects.put(...args)),
    get: at('get', (key: string) => objects.get(key)),
    size: at('size', (key: string) => objects.size(key)),
    stat: at('stat', (key: string) => objects.stat(key)),
    list: at('list', (prefix: string) => objects.list(prefix)),
    listEntries: at('listEntries', (prefix: string) => objects.listEntries(prefix)),
    listFolders: at('listFolders', (prefix: string) => objects.listFolders(prefix)),
    remove: at('remove', (key: string) => objects.remove(key)),
  };
}

describe('a run beside a collection', () => {
  it('keeps whatever it was told is there, or made anew, in any order of their requests', async () => {
    let hits = 0;
    let anew = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat(60), async (schedule, lateBy) => {
        const store = openKeptStore();
        store.setClock(NOW_MS - 5 * DAY_MS);
        const old = await store.path('old', 'AAA', 'bars A', 'x');
        await store.run('old', [old], NOW_MS - 5 * DAY_MS);
        store.setClock(NOW_MS);

        const objects = scheduled(store.objects, schedule, 'run');
        const pause = () => schedule.schedule(Promise.resolve(), 'run waits');
        const uses = createUses(objects, { now: () => NOW_MS, pause });
        const artifacts = createArtifacts(objects, uses);
        const damage: string[] = [];
        const stages = createStageCache(objects, artifacts, (message) => damage.push(message), uses);
        const beside = async () => {
          // The collection has work before it comes to what this run needs.
          for (let i = 0; i < lateBy; i += 1) await pause();
          return publishPath({ artifacts, stages, runId: 'beside', symbol: 'AAA', bars: 'bars A', settings: 'x' });
        };
        const collecting = collect(scheduled(store.objects, schedule, 'collection'), REQUEST);
        const [path] = await schedule.waitFor(Promise.all([beside(), collecting]));

        for (const { outputs, parts, producer } of path.markers) {
          if (producer.runId === 'beside') anew += 1;
          else hits += 1;
          for (const { uri } of [...Object.values(outputs), ...parts]) {
            expect([uri, await store.objects.size(uri)]).not.toEqual([uri, null]);
          }
        }
        expect(path.bundle).toEqual(old.bundle);
        // Nothing was ever taken for damaged: a result is there with all its parts, or not at all.
        expect(damage).toEqual([]);
        expect(await store.objects.get(CONDEMNED_KEY)).toBeNull();
      }),
      { numRuns: 150 },
    );
    // Both ways of it came about.
    expect(Math.min(hits, anew)).toBeGreaterThan(20);
  }, 120_000);
});

describe('a claim', () => {
  const KEY = 'blobs/aa/old';
  async function opened() {
    const store = openKeptStore();
    store.setClock(NOW_MS - 5 * DAY_MS);
    await store.objects.put(KEY, Buffer.from('old'), { ifAbsent: true });
    store.setClock(NOW_MS);
    return store;
  }

  it('marks an old object, and a young one not', async () => {
    const { objects } = await opened();
    const uses = createUses(objects, { now: () => NOW_MS });
    expect(await uses.claim(KEY)).toBe(true);
    expect((await objects.stat(useKey(KEY)))?.modifiedMs).toBe(NOW_MS);
    await objects.put('blobs/aa/young', Buffer.from('young'), { ifAbsent: true });
    expect(await uses.claim('blobs/aa/young')).toBe(true);
    expect(await objects.stat(useKey('blobs/aa/young'))).toBeNull();
    expect(await uses.claim('blobs/aa/none')).toBe(false);
  });

  it('waits while the object is condemned, and says what came of it', async () => {
    const { objects } = await opened();
    await writeCondemned(objects, { id: 'one', keys: [KEY] });
    let looks = 0;
    const uses = createUses(objects, {
      now: () => NOW_MS,
      pause: async () => {
        looks += 1;
        if (looks < 3) return;
        await objects.remove(KEY);
        await objects.remove(CONDEMNED_KEY);
      },
    });
    expect(await uses.claim(KEY)).toBe(false);
    expect(looks).toBe(3);
  });

  it('does not wait for ever for a collection that was killed', async () => {
    const { objects } = await opened();
    await writeCondemned(objects, { id: 'dead', keys: [KEY] });
    let nowMs = NOW_MS;
    const uses = createUses(objects, {
      now: () => nowMs,
      pause: (ms) => {
        nowMs += ms;
        return Promise.resolve();
      },
    });
    expect(await uses.claim(KEY)).toBe(true);
    expect(nowMs - NOW_MS).toBeGreaterThan(30_000);
  });
});
