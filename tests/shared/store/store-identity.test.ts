import { identifyStore, presentOnly } from '../../../shared/store/store-identity';
import { createMemoryObjectStore } from '../../support/memory-object-store';

const IDENTITY_KEY = 'store.json';
const bytes = Buffer.from('bytes');
const UNAVAILABLE = { code: 'StoreUnavailable' };

describe('the identity of a store', () => {
  it('is written once and then the same for everybody', async () => {
    const objects = createMemoryObjectStore();
    const id = await identifyStore(objects);
    expect(id).not.toBe('');
    expect(await identifyStore(objects)).toBe(id);
    expect(await objects.list('store.json/')).toEqual([]);
  });

  it('is one for all who open an empty store at once', async () => {
    const objects = createMemoryObjectStore();
    const ids = await Promise.all(Array.from({ length: 8 }, () => identifyStore(objects)));
    expect(new Set(ids).size).toBe(1);
  });

  it('tells two stores apart', async () => {
    const [one, two] = await Promise.all([createMemoryObjectStore(), createMemoryObjectStore()].map(identifyStore));
    expect(one).not.toBe(two);
  });

  it.each(['{"id":', '{}', '{"id":""}', 'null'])(
    'that is damaged (%s) is refused and never written over',
    async (text) => {
      const objects = createMemoryObjectStore();
      await objects.put(IDENTITY_KEY, Buffer.from(text), { ifAbsent: false });
      await expect(identifyStore(objects)).rejects.toMatchObject(UNAVAILABLE);
      expect(Buffer.from((await objects.get(IDENTITY_KEY))!).toString()).toBe(text);
    },
  );

  it('is refused by a store that keeps nothing', async () => {
    const forgetful = { ...createMemoryObjectStore(), get: () => Promise.resolve(null) };
    await expect(identifyStore(forgetful)).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe('a store that answers only while its root is there', () => {
  async function openPresent() {
    const objects = createMemoryObjectStore();
    await identifyStore(objects);
    await objects.put('a/kept', bytes, { ifAbsent: true });
    return { objects, present: presentOnly(objects) };
  }

  it('answers as the store does', async () => {
    const { objects, present } = await openPresent();
    expect(await present.put('a/new', bytes, { ifAbsent: true })).toBe('created');
    expect(await present.put('a/new', bytes, { ifAbsent: true })).toBe('exists');
    expect(await present.list('a/')).toEqual(['a/kept', 'a/new']);
    expect(await present.listFolders('a/')).toEqual([]);
    expect(await present.size('a/kept')).toBe(bytes.length);
    expect(Buffer.from((await present.get('a/kept'))!)).toEqual(bytes);
    await present.remove('a/new');
    expect(await objects.get('a/new')).toBeNull();
    expect([await present.get('b'), await present.size('b'), await present.list('b/')]).toEqual([null, null, []]);
  });

  it('takes nothing for absent, and writes nothing, while the root is away', async () => {
    const { objects, present } = await openPresent();
    await objects.remove(IDENTITY_KEY);
    await objects.remove('a/kept');
    await expect(present.get('a/kept')).rejects.toMatchObject(UNAVAILABLE);
    await expect(present.size('a/kept')).rejects.toMatchObject(UNAVAILABLE);
    await expect(present.list('a/')).rejects.toMatchObject(UNAVAILABLE);
    await expect(present.listEntries('a/')).rejects.toMatchObject(UNAVAILABLE);
    await expect(present.listFolders('a/')).rejects.toMatchObject(UNAVAILABLE);
    await expect(present.put('a/new', bytes, { ifAbsent: true })).rejects.toMatchObject(UNAVAILABLE);
    expect(await objects.get('a/new')).toBeNull();
  });

  it('looks at the root of a bucket every few seconds only, and again at once when it is gone', async () => {
    const objects = createMemoryObjectStore();
    await identifyStore(objects);
    let looks = 0;
    let nowMs = 0;
    const counted = { ...objects, size: (key: string) => ((looks += 1), objects.size(key)) };
    const present = presentOnly(counted, { trustedMs: 5_000, nowMs: () => nowMs });
    for (const key of ['a/1', 'a/2', 'a/3']) {
      await present.put(key, bytes, { ifAbsent: true });
      expect(await present.get('b')).toBeNull();
    }
    expect(looks).toBe(1);
    nowMs = 5_000;
    await objects.remove(IDENTITY_KEY);
    await expect(present.get('b')).rejects.toMatchObject(UNAVAILABLE);
    await expect(present.get('b')).rejects.toMatchObject(UNAVAILABLE);
    expect(looks).toBe(3);
  });

  it('goes on once the root is back', async () => {
    const { objects, present } = await openPresent();
    const identity = (await objects.get(IDENTITY_KEY))!;
    await objects.remove(IDENTITY_KEY);
    await expect(present.get('a/other')).rejects.toMatchObject(UNAVAILABLE);
    await objects.put(IDENTITY_KEY, identity, { ifAbsent: true });
    expect(await present.get('a/other')).toBeNull();
  });
});
