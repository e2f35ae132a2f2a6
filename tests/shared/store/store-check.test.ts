import { checkStore } from '../../../cli/doctor-store';
import { freePort } from '../../../cli/runtime/ports';
import type { ObjectStore } from '../../../shared/store/port';
import { createS3ObjectStore } from '../../../shared/store/s3/s3-object-store';
import { faultOfProbe, storeFault } from '../../../shared/store/store-check';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { S3_ACCESS_KEY, S3_SECRET_KEY, s3Location, startS3Server, type S3Server } from '../../support/s3-server';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
}, 30_000);
afterAll(() => server.close());

const doctorEnv = (changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  CANDLEWICK_STORE: 's3://candlewick/desk',
  CANDLEWICK_S3_ENDPOINT: server.endpoint,
  CANDLEWICK_SECRET_S3_ACCESS_KEY: S3_ACCESS_KEY,
  CANDLEWICK_SECRET_S3_SECRET_KEY: S3_SECRET_KEY,
  ...changes,
});

describe('a store in a bucket, tried before a run', () => {
  it('finds nothing wrong with a sound one, and leaves nothing in it', async () => {
    const location = s3Location(server.endpoint, 'sound');
    expect(await storeFault(location)).toBeNull();
    expect(await createS3ObjectStore(location).list('probe/')).toEqual([]);
  });

  it('names the missing bucket, the refused credentials, the server that does not answer', async () => {
    expect(await storeFault(s3Location(server.endpoint, 'x', { bucket: 'none-such' }))).toMatch(
      /^s3:PutObject on s3:\/\/none-such\/x\/probe\/\S+: there is no such bucket; make it, or name another one$/,
    );
    const nobody = s3Location(`http://127.0.0.1:${String(await freePort(0))}`, 'x');
    expect(await storeFault(nobody)).toMatch(/failed 3 times; the last time: (connect )?ECONNREFUSED/);
  }, 60_000);

  it.each([
    ['ignores If-None-Match', { put: () => Promise.resolve('created' as const) }, /ignores If-None-Match/],
    ['loses what is written', { get: () => Promise.resolve(null) }, /did not come back/],
    ['does not list', { list: () => Promise.resolve([]) }, /is not listed/],
  ])('refuses a server that %s', async (_what, fault: Partial<ObjectStore>, sentence) => {
    expect(await faultOfProbe({ ...createMemoryObjectStore(), ...fault })).toMatch(sentence);
  });
});

describe('the store in the doctor’s table', () => {
  it('is a folder, or a bucket that was tried', async () => {
    expect(await checkStore({ CANDLEWICK_HOME: '/tmp/not-yet' }, '/')).toEqual({
      part: 'Store',
      state: 'ok',
      version: 'folder',
      note: '/tmp/not-yet/store',
    });
    expect(await checkStore(doctorEnv(), '/')).toEqual({
      part: 'Store',
      state: 'ok',
      version: 'S3',
      note: `s3://candlewick/desk at ${server.endpoint}`,
    });
  });

  it('says what is wrong, without a credential', async () => {
    const check = await checkStore(doctorEnv({ CANDLEWICK_SECRET_S3_SECRET_KEY: 'not-the-secret' }), '/');
    expect(check).toMatchObject({
      state: 'missing',
      note: expect.stringMatching(/the credentials were not accepted: SignatureDoesNotMatch/) as string,
    });
    expect(check.note).not.toContain('not-the-secret');
    expect(await checkStore({ CANDLEWICK_STORE: 's3://NO' }, '/')).toMatchObject({
      state: 'missing',
      note: expect.stringContaining('CANDLEWICK_STORE: expected a folder, or s3://bucket/prefix') as string,
    });
  });
});
