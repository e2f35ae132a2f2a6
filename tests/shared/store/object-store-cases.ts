import type { ObjectStore } from '../../../shared/store/port';

/** A store with nothing in it, and how its place is taken away afterwards. */
export interface OpenedStore {
  readonly store: ObjectStore;
  readonly remove: () => Promise<void>;
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const OUTSIDE = ['../outside', 'a/../../outside', '/etc/outside', 'a//b', '.', '..', '', 'a/', 'a\\b', 'a b', 'a\0b'];

/** What every object store promises, whatever stands behind the port. */
export function describeObjectStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`object store: ${name}`, () => {
    let store: ObjectStore;
    let remove: () => Promise<void>;
    beforeEach(async () => ({ store, remove } = await open()));
    afterEach(() => remove());

    const textOf = async (key: string): Promise<string | null> => {
      const bytes = await store.get(key);
      return bytes === null ? null : Buffer.from(bytes).toString('utf8');
    };

    it('gives back what was put, with its size', async () => {
      expect(await store.put('a/b', bytesOf('bars'), { ifAbsent: false })).toBe('created');
      expect(await textOf('a/b')).toBe('bars');
      expect(await store.size('a/b')).toBe(4);
    });

    it('keeps every byte value, and names made of every character that a key may hold', async () => {
      const bytes = Uint8Array.from({ length: 4096 }, (_, i) => (i * 31) % 256);
      const keys = [
        'AZaz09/._%+=@-',
        'a/%',
        'a/%2F',
        'a/%u12AB',
        'a/...',
        'a/..b',
        'a/-',
        'a/+=+',
        'a/@@',
        `a/${'n'.repeat(180)}`,
      ];
      for (const key of keys) expect(await store.put(key, bytes, { ifAbsent: true })).toBe('created');
      for (const key of keys) {
        expect(Buffer.compare((await store.get(key)) ?? Buffer.alloc(0), bytes)).toBe(0);
        expect(await store.size(key)).toBe(bytes.length);
      }
      expect(await store.list('a/')).toEqual(keys.filter((key) => key.startsWith('a/')).sort());
      for (const key of keys) await store.remove(key);
      expect(await store.list('a/')).toEqual([]);
    });

    it('lists more objects, and names more folders, than one page of any server holds', async () => {
      const nameOf = (i: number): string => `many/${i % 50 === 0 ? 'few' : 'most'}/${String(i).padStart(4, '0')}/a`;
      const keys = Array.from({ length: 1205 }, (_, i) => nameOf(i)).sort();
      for (let i = 0; i < keys.length; i += 50) {
        await Promise.all(keys.slice(i, i + 50).map((key) => store.put(key, bytesOf('1'), { ifAbsent: false })));
      }
      const most = keys.filter((key) => key.startsWith('many/most/'));
      expect(await store.list('many/')).toEqual(keys);
      expect(await store.list('many/few/')).toEqual(keys.filter((key) => key.startsWith('many/few/')));
      expect(await store.listFolders('many/most/')).toEqual(most.map((key) => key.slice(0, -1)));
      expect(await store.listFolders('many/')).toEqual(['many/few/', 'many/most/']);
    }, 60_000);

    it('does not take the beginning of a name for a folder', async () => {
      for (const key of ['a/b', 'ab/c', 'a.b/c']) await store.put(key, bytesOf('1'), { ifAbsent: false });
      expect(await store.list('a/')).toEqual(['a/b']);
      expect(await store.list('a')).toEqual(['a/b']);
    });

    it('holds an object without bytes', async () => {
      await store.put('a/empty', new Uint8Array(0), { ifAbsent: false });
      expect(await store.size('a/empty')).toBe(0);
      expect(await textOf('a/empty')).toBe('');
    });

    it('says null for what is not there, below a folder that is and below one that is not', async () => {
      await store.put('a/b', bytesOf('1'), { ifAbsent: false });
      for (const key of ['a/c', 'c/d', 'a/b/c']) {
        expect(await store.get(key)).toBeNull();
        expect(await store.size(key)).toBeNull();
      }
    });

    it('replaces an object whole, also by a shorter one', async () => {
      await store.put('a/b', bytesOf('a long value'), { ifAbsent: false });
      expect(await store.put('a/b', bytesOf('short'), { ifAbsent: false })).toBe('created');
      expect(await textOf('a/b')).toBe('short');
    });

    it('keeps the first of two exclusive puts', async () => {
      expect(await store.put('a/b', bytesOf('first'), { ifAbsent: true })).toBe('created');
      expect(await store.put('a/b', bytesOf('second'), { ifAbsent: true })).toBe('exists');
      expect(await textOf('a/b')).toBe('first');
    });

    it('tells exactly one of 20 exclusive puts at once that it created the object', async () => {
      const texts = Array.from({ length: 20 }, (_, i) => `writer ${i}`);
      const outcomes = await Promise.all(texts.map((text) => store.put('a/b', bytesOf(text), { ifAbsent: true })));
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(await textOf('a/b')).toBe(texts[outcomes.indexOf('created')]);
    });

    it('never shows part of an object, nor a name that was not put, while writers replace it', async () => {
      const size = 200_000;
      const write = (letter: string) => store.put('a/b', bytesOf(letter.repeat(size)), { ifAbsent: false });
      await write('x');
      let writing = true as boolean;
      const writers = Promise.all(
        ['y', 'z'].map(async (letter) => {
          for (let i = 0; i < 15; i += 1) await write(letter);
        }),
      ).finally(() => (writing = false));
      while (writing) {
        const text = (await textOf('a/b')) ?? '';
        expect(text).toBe((text[0] ?? 'x').repeat(size));
        expect(await store.list('a/')).toEqual(['a/b']);
      }
      await writers;
    });

    it('lists whole keys below a prefix, sorted, and nothing beside it', async () => {
      for (const key of ['runs/b', 'runs/a/z', 'runs/a/b', 'runs2/c', 'blobs/00/d']) {
        await store.put(key, bytesOf(key), { ifAbsent: false });
      }
      expect(await store.list('runs/')).toEqual(['runs/a/b', 'runs/a/z', 'runs/b']);
      expect(await store.list('runs/a/')).toEqual(['runs/a/b', 'runs/a/z']);
      expect(await store.list('none/')).toEqual([]);
    });

    it('names the folders right below a prefix, sorted and once each, and no object', async () => {
      for (const key of ['runs/b/1', 'runs/b/c/2', 'runs/a/3', 'runs/a.b/4', 'runs/c', 'runs2/d/5', 'blobs/00/e']) {
        await store.put(key, bytesOf(key), { ifAbsent: false });
      }
      expect(await store.listFolders('runs/')).toEqual(['runs/a.b/', 'runs/a/', 'runs/b/']);
      expect(await store.listFolders('runs')).toEqual(['runs/a.b/', 'runs/a/', 'runs/b/']);
      expect(await store.listFolders('runs/b/')).toEqual(['runs/b/c/']);
      expect(await store.listFolders('runs/a/')).toEqual([]);
      expect(await store.listFolders('runs/c/')).toEqual([]);
      expect(await store.listFolders('none/')).toEqual([]);
    });

    it('names folders of every character that a key may hold', async () => {
      const folders = ['a/%2F/', 'a/+=+/', 'a/-/', 'a/.../', 'a/..b/', 'a/@@/', 'a/AZaz09._%+=@-/'];
      for (const folder of folders) await store.put(`${folder}b`, bytesOf('1'), { ifAbsent: false });
      expect(await store.listFolders('a/')).toEqual([...folders].sort());
    });

    it('tells size and age of each object below a prefix, and of one', async () => {
      const before = Date.now();
      for (const key of ['runs/a/b', 'runs/c', 'runs2/d']) await store.put(key, bytesOf(key), { ifAbsent: false });
      const entries = await store.listEntries('runs/');
      expect(entries.map(({ key, bytes }) => [key, bytes])).toEqual([
        ['runs/a/b', 8],
        ['runs/c', 6],
      ]);
      // A store may know whole seconds only.
      for (const { modifiedMs } of entries) expect(Math.abs(modifiedMs - before)).toBeLessThan(60_000);
      expect(await store.stat('runs/c')).toEqual(entries[1]);
      expect(await store.stat('runs/none')).toBeNull();
      expect(await store.listEntries('none/')).toEqual([]);
    });

    it('says a later instant of what was written again', async () => {
      await store.put('a/b', bytesOf('1'), { ifAbsent: false });
      const first = await store.stat('a/b');
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await store.put('a/b', bytesOf('2'), { ifAbsent: false });
      expect((await store.stat('a/b'))?.modifiedMs).toBeGreaterThan(first?.modifiedMs ?? Infinity);
    });

    it('removes an object, and is content when there is none', async () => {
      await store.put('a/b', bytesOf('1'), { ifAbsent: false });
      await store.remove('a/b');
      await store.remove('a/b');
      expect(await store.get('a/b')).toBeNull();
      expect(await store.put('a/b', bytesOf('2'), { ifAbsent: true })).toBe('created');
    });

    it('does not share memory with whoever put or got the bytes', async () => {
      const given = bytesOf('bars');
      await store.put('a/b', given, { ifAbsent: false });
      given.fill(0);
      (await store.get('a/b'))?.fill(0);
      expect(await textOf('a/b')).toBe('bars');
    });

    it.each(OUTSIDE)('refuses the key %j in every verb, by a rejection', async (key) => {
      const refusal = {
        code: 'StoreUnavailable',
        message: expect.stringContaining(`'${key}' is not a store key`) as string,
      };
      await expect(store.put(key, bytesOf('1'), { ifAbsent: true })).rejects.toMatchObject(refusal);
      await expect(store.get(key)).rejects.toMatchObject(refusal);
      await expect(store.size(key)).rejects.toMatchObject(refusal);
      await expect(store.stat(key)).rejects.toMatchObject(refusal);
      await expect(store.remove(key)).rejects.toMatchObject(refusal);
    });

    it.each(['../', 'a/../', ''])('refuses to list below %j', async (prefix) => {
      await expect(store.list(prefix)).rejects.toMatchObject({ code: 'StoreUnavailable' });
      await expect(store.listEntries(prefix)).rejects.toMatchObject({ code: 'StoreUnavailable' });
      await expect(store.listFolders(prefix)).rejects.toMatchObject({ code: 'StoreUnavailable' });
    });
  });
}
