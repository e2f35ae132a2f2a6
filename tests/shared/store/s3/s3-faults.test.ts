import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../../../cli/drill/wait';
import { freePort } from '../../../../cli/runtime/ports';
import type { S3StoreLocation } from '../../../../shared/runtime/settings/store-settings';
import type { ObjectStore } from '../../../../shared/store/port';
import { createS3ObjectStore, type S3Options } from '../../../../shared/store/s3/s3-object-store';
import { startFaultyS3Proxy, type FaultPlan, type FaultyS3Proxy, type S3Fault } from '../../../support/faulty-s3-proxy';
import { S3_SECRET_KEY, s3Location, startS3Server, type S3Server } from '../../../support/s3-server';

const SMALL_PARTS = { thresholdBytes: 6_000_000, partBytes: 5 * 1024 * 1024 };

let server: S3Server;
let proxy: FaultyS3Proxy | null = null;
const prefix = (): string => `faults-${randomUUID()}`;

beforeAll(async () => {
  server = await startS3Server();
}, 30_000);
afterAll(() => server.close());
afterEach(async () => {
  await proxy?.close();
  proxy = null;
});

const secretsOf = (accessKey: string, secretKey: string, name: string): string => {
  if (name === 's3-access-key') return accessKey;
  if (name === 's3-secret-key') return secretKey;
  throw new Error(`no ${name}`);
};

interface Struck {
  readonly proxy: FaultyS3Proxy;
  readonly store: ObjectStore;
  /** The same store without the proxy. */
  readonly direct: ObjectStore;
  readonly folder: string;
}

async function behind(
  plan: FaultPlan,
  changes: Partial<S3StoreLocation> = {},
  options: S3Options = {},
): Promise<Struck> {
  proxy = await startFaultyS3Proxy(server.endpoint, plan);
  const place = prefix();
  return {
    proxy,
    store: createS3ObjectStore(s3Location(proxy.endpoint, place, changes), { ...options, random: () => 0 }),
    direct: createS3ObjectStore(s3Location(server.endpoint, place)),
    folder: join(server.folder, place),
  };
}

describe('a removal that may not take long', () => {
  it('is given up in time, with tries left, where the store does not answer', async () => {
    const { store, proxy: seen } = await behind({ decide: ({ method }) => (method === 'DELETE' ? 'stall' : null) });
    // The client itself is loaded with the first request.
    await store.stat('a/b');
    await expect(store.remove('a/b', { withinMs: 3_000 })).rejects.toMatchObject({ code: 'StoreUnavailable' });
    expect(seen.count('stall')).toBe(1);
  });
});

/** Strikes the first requests that fit, each with the next fault of the list. */
function inTurn(fits: (method: string, url: string) => boolean, faults: readonly FaultName[]): FaultPlan {
  const left = [...faults];
  return { decide: ({ method, url }) => (fits(method, url) ? (left.shift() ?? null) : null) };
}
type FaultName = S3Fault | null;

const isPut = (method: string): boolean => method === 'PUT';
const isGet = (method: string): boolean => method === 'GET';

describe('S3 store behind a faulty line', () => {
  it('ends right under 20 % of 503, before and after the deed', async () => {
    const { proxy: line, store, direct } = await behind({ shares: { refuse: 0.1, refuseAfter: 0.1 }, seed: 7 });
    const keys = Array.from({ length: 60 }, (_, i) => `a/${String(i).padStart(2, '0')}`);
    const outcomes = await Promise.all(keys.map((key) => store.put(key, Buffer.from(key), { ifAbsent: true })));
    expect(new Set(outcomes)).toEqual(new Set(['created']));
    const again = await Promise.all(keys.map((key) => store.put(key, Buffer.from('other'), { ifAbsent: true })));
    expect(new Set(again)).toEqual(new Set(['exists']));
    expect(await store.list('a/')).toEqual(keys);
    for (const key of keys) expect(Buffer.from((await store.get(key))!).toString()).toBe(key);
    await Promise.all(keys.map((key) => store.remove(key)));
    expect(await direct.list('a/')).toEqual([]);
    expect(line.count('refuse')).toBeGreaterThan(20);
    expect(line.count('refuseAfter')).toBeGreaterThan(20);
  }, 60_000);

  it('has one winner among 20 exclusive writers of the same bytes whose answers get lost', async () => {
    const { proxy: line, store } = await behind(
      { shares: { refuse: 0.1, refuseAfter: 0.3 }, seed: 3 },
      { attempts: 14 },
    );
    for (const key of Array.from({ length: 8 }, (_, i) => `r/${String(i)}`)) {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store.put(key, Buffer.from('the same bytes'), { ifAbsent: true })),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    }
    expect(line.count('refuseAfter')).toBeGreaterThan(10);
  }, 60_000);

  it.each([['refuseAfter'], ['truncate'], ['stall']] as const)(
    'calls its own a put that landed although its answer was struck by %s',
    async (fault) => {
      const { proxy: line, store } = await behind(inTurn(isPut, [fault]), { timeoutMs: 1_000 });
      expect(await store.put('a/b', Buffer.from('mine'), { ifAbsent: true })).toBe('created');
      expect(line.seen().map(({ method, status }) => [method, status])).toEqual([
        ['PUT', 200],
        ['PUT', 412],
        ['HEAD', 200],
      ]);
    },
  );

  it('shows nothing of an object of which half has come, and sends it again', async () => {
    const { proxy: line, store, direct } = await behind(inTurn(isPut, ['halve']), { timeoutMs: 700 });
    const bytes = randomBytes(200_000);
    const put = store.put('a/b', bytes, { ifAbsent: true });
    await waitFor('half an object', 10_000, () => (line.count('halve') > 0 ? true : null));
    expect([await direct.get('a/b'), await direct.list('a/')]).toEqual([null, []]);
    expect(await put).toBe('created');
    expect(Buffer.compare((await direct.get('a/b'))!, bytes)).toBe(0);
  });

  it('does not call its own what somebody else put between its two tries, not even with the same bytes', async () => {
    const { store, direct } = await behind(inTurn(isPut, ['refuse']));
    const slow = store.put('a/b', Buffer.from('same'), { ifAbsent: true });
    expect(await direct.put('a/b', Buffer.from('same'), { ifAbsent: true })).toBe('created');
    expect(await slow).toBe('exists');
  });

  it.each([['refuse'], ['stall'], ['truncate'], ['flip']] as const)('reads again after %s', async (fault) => {
    const { proxy: line, store, direct } = await behind(inTurn(isGet, [fault, fault]), { timeoutMs: 1_000 });
    const bytes = randomBytes(300_000);
    await direct.put('a/b', bytes, { ifAbsent: false });
    expect(Buffer.compare((await store.get('a/b'))!, bytes)).toBe(0);
    expect(line.count(fault)).toBe(2);
  });

  it('says that the line garbles where every reading comes altered in another way', async () => {
    const { store, direct } = await behind({ shares: { flip: 1 } });
    await direct.put('a/b', randomBytes(1_000), { ifAbsent: false });
    await expect(store.get('a/b')).rejects.toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringMatching(/a\/b came altered, and differently, 4 times/) as string,
    });
  });

  it('is ArtifactCorrupt where the store itself holds altered bytes', async () => {
    const { direct, folder } = await behind({});
    await direct.put('a/b', Buffer.from('bars'), { ifAbsent: false });
    const bytes = readFileSync(join(folder, 'a/b'));
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    writeFileSync(join(folder, 'a/b'), bytes);
    await expect(direct.get('a/b')).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
      message: expect.stringContaining('was altered in the store: SHA-256') as string,
    });
  });

  it('sends a large object in parts through the same trouble, with its progress, and leaves no upload behind', async () => {
    const plan = { shares: { refuse: 0.15, refuseAfter: 0.15, truncate: 0.05 }, seed: 5 };
    const { store, direct, proxy: line } = await behind(plan, {}, { sizes: SMALL_PARTS });
    const bytes = randomBytes(23_000_000);
    const progress: number[] = [];
    const put = (): Promise<'created' | 'exists'> =>
      store.put('a/large', bytes, { ifAbsent: true, onProgress: (sent) => progress.push(sent) });
    expect(await put()).toBe('created');
    expect(progress).toHaveLength(5);
    expect(progress.at(-1)).toBe(bytes.length);
    expect(Buffer.compare((await store.get('a/large'))!, bytes)).toBe(0);
    expect(await put()).toBe('exists');
    expect(line.seen().some(({ fault }) => fault !== null)).toBe(true);
    // An upload whose beginning was answered with 503 was begun twice: the orphan is for the sweep.
    const leftovers = direct.leftovers!;
    for (const leftover of await leftovers.list()) await leftovers.remove(leftover);
    expect(await leftovers.list()).toEqual([]);
    expect(await direct.size('a/large')).toBe(bytes.length);
  }, 60_000);

  it('knows its own large object where the answer to the completion was lost', async () => {
    const { store } = await behind(
      inTurn((method, url) => method === 'POST' && url.includes('uploadId='), ['refuseAfter']),
      {},
      {
        sizes: SMALL_PARTS,
      },
    );
    expect(await store.put('a/large', randomBytes(7_000_000), { ifAbsent: true })).toBe('created');
  });

  it('lets exactly one of several large exclusive writers through, and leaves no upload', async () => {
    const { direct } = await behind({});
    const place = { ...s3Location(server.endpoint, prefix()) };
    const store = createS3ObjectStore(place, { sizes: SMALL_PARTS });
    const writers = await Promise.all(
      [1, 2, 3, 4].map((i) => store.put('a/large', Buffer.alloc(7_000_000, i), { ifAbsent: true })),
    );
    expect(writers.filter((outcome) => outcome === 'created')).toHaveLength(1);
    const winner = writers.indexOf('created') + 1;
    expect(Buffer.compare((await store.get('a/large'))!, Buffer.alloc(7_000_000, winner))).toBe(0);
    expect(await direct.leftovers!.list()).toEqual([]);
  });

  it('aborts an upload that cannot be ended, so that nothing is left', async () => {
    const noCompletion: FaultPlan = {
      decide: ({ method, url }) => (method === 'POST' && url.includes('uploadId=') ? 'refuse' : null),
    };
    const { store, direct } = await behind(noCompletion, { attempts: 2 }, { sizes: SMALL_PARTS });
    await expect(store.put('a/large', randomBytes(7_000_000), { ifAbsent: true })).rejects.toMatchObject({
      code: 'StoreUnavailable',
    });
    expect(await direct.size('a/large')).toBeNull();
    expect(await direct.leftovers!.list()).toEqual([]);
  });

  it('gives up after its tries, naming action, key and reason, and never what the server said', async () => {
    const { store, proxy: line } = await behind({ shares: { refuse: 1 } }, { attempts: 3 });
    const failure = await store
      .put('a/b', Buffer.from('1'), { ifAbsent: true })
      .catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringMatching(
        /^s3:PutObject on s3:\/\/candlewick\/faults-.*\/a\/b failed 3 times; the last time: SlowDown \(HTTP 503\)$/,
      ) as string,
    });
    expect(line.seen()).toHaveLength(3);
  });

  it('is StoreUnavailable where nobody answers', async () => {
    const nobody = s3Location(`http://127.0.0.1:${String(await freePort(0))}`, 'x', { attempts: 2 });
    await expect(createS3ObjectStore(nobody).get('a/b')).rejects.toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it.each([
    [
      'a secret that does not fit',
      { secrets: (name: string) => secretsOf('candlewick-test-key', 'wrong-secret', name) },
      /SignatureDoesNotMatch|InvalidAccessKeyId/,
    ],
    [
      'an unknown key',
      { secrets: (name: string) => secretsOf('nobody-here', S3_SECRET_KEY, name) },
      /credentials were not accepted: (InvalidAccessKeyId|XAdminUserNotFound)/,
    ],
    ['no bucket', { bucket: 'no-such-bucket' }, /no such bucket/],
  ])('says what is wrong with %s, without a credential', async (_what, changes, sentence) => {
    const store = createS3ObjectStore(s3Location(server.endpoint, prefix(), changes));
    const failure = await store
      .put('a/b', Buffer.from('1'), { ifAbsent: true })
      .catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'StoreUnavailable', message: expect.stringMatching(sentence) as string });
    const told = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String((failure as Error).stack);
    expect(told).toContain('s3:PutObject on s3://');
    for (const secret of [S3_SECRET_KEY, 'wrong-secret', 'nobody-here', 'Signature=', 'candlewick-test-key']) {
      expect(told).not.toContain(secret);
    }
    expect((failure as Error).cause).toBeUndefined();
  });
});
