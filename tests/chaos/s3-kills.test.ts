import { createHash } from 'node:crypto';
import { createS3ObjectStore } from '../../shared/store/s3/s3-object-store';
import { parseMarkerBytes } from '../../shared/store/stage-cache';
import { QUICK_RUN, barFile } from '../support/bar-files';
import { openCliHome, type CliHome } from '../support/cli';
import { startFaultyS3Proxy, type FaultyS3Proxy, type S3Fault } from '../support/faulty-s3-proxy';
import { processesOf, signalProcess } from '../support/processes';
import { S3_BUCKET, s3Environment, s3Location, startS3Server, type S3Server } from '../support/s3-server';

/** The worker and its children are killed while half of the object is on its way, once for each of these. */
const STRUCK = [
  { what: 'the bytes of an artifact', path: '/blobs/' },
  { what: 'a marker that publishes', path: '/stages/clean/' },
  { what: 'the model of a fit', path: '/blobs/' },
];

let server: S3Server;
let proxy: FaultyS3Proxy;
let home: CliHome;
let kills = 0;

/** Halves the put that is to be struck and kills whoever sends it, with everything around it. */
function strike({ method, url }: { readonly method: string; readonly url: string }): S3Fault | null {
  const next = STRUCK[kills];
  if (next === undefined || method !== 'PUT' || !url.includes(next.path)) return null;
  // The third one comes once training has begun.
  if (kills === 2 && !proxy.seen().some((seen) => seen.url.includes('/stages/train/'))) return null;
  kills += 1;
  setTimeout(() => {
    for (const { pid, role } of processesOf(home.home)) {
      if (role === 'worker' || role === 'compute') signalProcess(pid, 'SIGKILL');
    }
  }, 20);
  return 'halve';
}

beforeAll(async () => {
  server = await startS3Server();
  proxy = await startFaultyS3Proxy(server.endpoint, { decide: strike });
  home = await openCliHome({
    objects: createS3ObjectStore(s3Location(server.endpoint, 'killed')),
    env: { ...s3Environment(proxy.endpoint), CANDLEWICK_STORE: `s3://${S3_BUCKET}/killed` },
  });
  home.write('bars/ONE.csv', barFile(1));
  home.write('run.yaml', QUICK_RUN);
}, 60_000);
afterAll(async () => {
  await home.close();
  await proxy.close();
  await server.close();
}, 60_000);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('workers killed in the midst of a put to a bucket', () => {
  it('leave nothing half-written, and the run ends with every key published once', async () => {
    const run = await home.cli(['run', '--source', 'bars/*.csv', '--config', 'run.yaml', '--id', 'killed']);
    expect(run.stderr).toMatch(/worker/);
    expect({ kills, exitCode: run.exitCode }).toEqual({ kills: STRUCK.length, exitCode: 0 });
    expect(proxy.count('halve')).toBe(STRUCK.length);

    const { objects } = home.store;
    for (const key of await objects.list('blobs/')) {
      // Its name is its hash; `get` compares with the hash that was sent besides.
      expect(sha256((await objects.get(key))!)).toBe(key.split('/').at(-1));
    }
    const markers = await objects.list('stages/');
    for (const key of markers) expect(parseMarkerBytes(await objects.get(key))).not.toBeNull();
    expect(await objects.leftovers!.list()).toEqual([]);

    const published = (await home.attempts('killed')).filter(({ outcome }) => outcome === 'published');
    expect(new Set(published.map(({ key }) => key)).size).toBe(published.length);
    expect(published).toHaveLength(markers.length);
  }, 300_000);
});
