import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDrillFaults } from '../../../shared/store/drill-faults';
import { measureObjectStore, type StoreRequest } from '../../../shared/store/measured-object-store';
import { identifyStore, presentOnly } from '../../../shared/store/store-identity';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { describeObjectStore } from './object-store-cases';

const content = (): Promise<void> => Promise.resolve();

describeObjectStore('memory, only while its root is there', async () => {
  const objects = createMemoryObjectStore();
  await identifyStore(objects);
  return { store: presentOnly(objects), remove: content };
});

describeObjectStore('memory, measured', () =>
  Promise.resolve({ store: measureObjectStore(createMemoryObjectStore(), () => undefined), remove: content }),
);

describeObjectStore('memory, with the faults of a drill that has none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-wrapped-'));
  return Promise.resolve({
    store: withDrillFaults(createMemoryObjectStore(), join(folder, 'fault.json')),
    remove: () => rm(folder, { recursive: true }),
  });
});

describe('a measured store', () => {
  it('tells every request once, of every verb', async () => {
    const told: StoreRequest[] = [];
    const store = measureObjectStore(
      createMemoryObjectStore(),
      (request) => told.push(request),
      () => 0,
    );
    await store.put('a/b', Buffer.from('bars'), { ifAbsent: true });
    await store.put('a/b', Buffer.from('bars'), { ifAbsent: true });
    await store.get('a/b');
    await store.size('a/c');
    await store.stat('a/b');
    await store.list('a/');
    await store.listEntries('a/');
    await store.listFolders('a/');
    await store.remove('a/b');
    await expect(store.listFolders('../')).rejects.toMatchObject({ code: 'StoreUnavailable' });
    expect(told.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      ...['put ok', 'put exists', 'get ok', 'stat absent', 'stat ok', 'list ok', 'list ok', 'list ok', 'remove ok'],
      'list StoreUnavailable',
    ]);
    expect(told.map(({ bytesRead, bytesWritten }) => [bytesWritten, bytesRead]).slice(0, 3)).toEqual([
      [4, 0],
      [0, 0],
      [0, 4],
    ]);
  });
});
