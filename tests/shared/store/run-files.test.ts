import { measureObjectStore } from '../../../shared/store/measured-object-store';
import type { ObjectStore } from '../../../shared/store/port';
import { StoreError } from '../../../shared/store/port';
import { listRunRecords, runRecordKey } from '../../../shared/store/run-files';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { fakeRunRecord } from '../../support/run-record';

async function putRecord(objects: ObjectStore, runId: string, startedAt: string): Promise<void> {
  const record = { ...fakeRunRecord(), runId, startedAt };
  await objects.put(runRecordKey(runId), Buffer.from(JSON.stringify(record)), { ifAbsent: false });
}

const put = (objects: ObjectStore, key: string, text: string) =>
  objects.put(key, Buffer.from(text), { ifAbsent: false });

async function threeRuns(): Promise<ObjectStore> {
  const objects = createMemoryObjectStore();
  await putRecord(objects, 'b', '2026-01-02T00:00:00.000Z');
  await putRecord(objects, 'a', '2026-01-01T00:00:00.000Z');
  await putRecord(objects, 'c/d', '2026-01-03T00:00:00.000Z');
  for (let i = 0; i < 40; i += 1) await put(objects, `runs/a/attempts/train/key/${String(i)}.json`, '{}');
  return objects;
}

const idsOf = async (objects: ObjectStore) => listRunRecords(objects, ({ runId }) => runId);

describe('the list of run records', () => {
  it('begins with the latest run', async () => {
    expect(await idsOf(await threeRuns())).toEqual(['c/d', 'b', 'a']);
    expect(await idsOf(createMemoryObjectStore())).toEqual([]);
  });

  it('costs one listing and one reading for each run, however many attempts there are', async () => {
    const asked: string[] = [];
    const objects = measureObjectStore(await threeRuns(), ({ operation }) => asked.push(operation));
    await idsOf({ ...objects, list: () => Promise.reject(new Error('every object below runs/ was listed')) });
    expect(asked.sort()).toEqual(['get', 'get', 'get', 'list']);
  });

  it('leaves out runs without a record, and records that are damaged or of another version', async () => {
    const objects = await threeRuns();
    await put(objects, 'runs/going/attempts/train/key/one.json', '{}');
    await put(objects, 'runs/run.json', JSON.stringify(fakeRunRecord()));
    await put(objects, 'runs/deep/er/run.json', JSON.stringify(fakeRunRecord()));
    await put(objects, runRecordKey('half'), '{"schemaVersion":1,');
    await put(objects, runRecordKey('newer'), JSON.stringify({ ...fakeRunRecord(), schemaVersion: 99 }));
    expect(await idsOf(objects)).toEqual(['c/d', 'b', 'a']);
  });

  it('leaves out a record that the store itself found altered', async () => {
    const objects = await threeRuns();
    const get = (key: string) =>
      key === runRecordKey('b') ? Promise.reject(new StoreError('ArtifactCorrupt', 'altered')) : objects.get(key);
    expect(await idsOf({ ...objects, get })).toEqual(['c/d', 'a']);
  });

  it('is no list where the store does not answer for one of them', async () => {
    const objects = await threeRuns();
    const get = (key: string) =>
      key === runRecordKey('b') ? Promise.reject(new StoreError('StoreUnavailable', 'away')) : objects.get(key);
    await expect(idsOf({ ...objects, get })).rejects.toMatchObject({ code: 'StoreUnavailable' });
  });
});
