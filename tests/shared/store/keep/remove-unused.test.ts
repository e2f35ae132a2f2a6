import { removeUnused } from '../../../../shared/store/keep/remove-unused';
import type { ObjectStore, RemoveOptions } from '../../../../shared/store/port';
import { StoreError } from '../../../../shared/store/port';
import { CONDEMNED_KEY, CONDEMNED_MS, readCondemned, writeCondemned } from '../../../../shared/store/uses';
import { createMemoryObjectStore } from '../../../support/memory-object-store';

const KEY = 'blobs/aa/old';
const OLD_MS = Date.UTC(2026, 0, 1);

/** A store with an old object; `onRemove` comes before each removal. */
async function opened(onRemove: (key: string, options?: RemoveOptions) => Promise<void>): Promise<ObjectStore> {
  const objects = createMemoryObjectStore(() => OLD_MS);
  await objects.put(KEY, Buffer.from('old'), { ifAbsent: true });
  return {
    ...objects,
    remove: async (key, options) => {
      await onRemove(key, options);
      await objects.remove(key);
    },
  };
}

const remove = (objects: ObjectStore) =>
  removeUnused(objects, [KEY], {
    protectedSinceMs: OLD_MS + 1,
    lease: { takenAtMs: OLD_MS, renew: () => Promise.resolve(true), release: () => Promise.resolve() },
    isSpared: () => false,
    onSpared: () => undefined,
  });

describe('removing what nobody uses', () => {
  it('gives no removal longer than the time for which its object stays named', async () => {
    const within: (number | undefined)[] = [];
    const objects = await opened((_, options) => Promise.resolve(void within.push(options?.withinMs)));
    expect(await remove(objects)).toEqual({ keys: [KEY], spared: [] });
    expect(within).toHaveLength(2);
    for (const ms of within) expect(ms).toBeLessThanOrEqual(CONDEMNED_MS / 2);
    expect(await objects.get(CONDEMNED_KEY)).toBeNull();
  });

  it('leaves the list where a removal was not answered: it may be done yet', async () => {
    const objects = await opened((key) =>
      key === KEY ? Promise.reject(new StoreError('StoreUnavailable', 'no answer')) : Promise.resolve(),
    );
    await expect(remove(objects)).rejects.toMatchObject({ code: 'StoreUnavailable' });
    expect((await readCondemned(objects))?.keys).toEqual([KEY]);
  });

  it('leaves the list of a collection that took over', async () => {
    const objects = await opened(async (key) => {
      if (key === KEY) await writeCondemned(objects, { id: 'successor', keys: ['blobs/bb/other'] });
    });
    await remove(objects);
    expect((await readCondemned(objects))?.id).toBe('successor');
  });
});
