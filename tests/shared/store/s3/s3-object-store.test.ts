import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createS3ObjectStore } from '../../../../shared/store/s3/s3-object-store';
import { s3Location, startS3Server, type S3Server } from '../../../support/s3-server';
import { describeObjectStore } from '../object-store-cases';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

/** A store of its own for each case: a prefix that nobody else has. */
const openStore = (): Promise<{ store: ReturnType<typeof createS3ObjectStore>; remove: () => Promise<void> }> =>
  Promise.resolve({
    store: createS3ObjectStore(s3Location(server.endpoint, `case-${randomUUID()}`)),
    remove: () => Promise.resolve(),
  });

describeObjectStore('bucket', openStore);

describe('object store: bucket', () => {
  it('names no folder whose name is no store key', async () => {
    const place = `case-${randomUUID()}`;
    const store = createS3ObjectStore(s3Location(server.endpoint, place));
    await store.put('a/b/c', Buffer.from('bars'), { ifAbsent: true });
    for (const name of ['a b', 'ä']) {
      mkdirSync(join(server.folder, place, 'a', name));
      writeFileSync(join(server.folder, place, 'a', name, 'c'), 'not ours');
    }
    expect(await store.listFolders('a/')).toEqual(['a/b/']);
  });
});
