import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVendorSnapshots } from '../../../../shared/sources/http/snapshot-store';
import { createArtifacts } from '../../../../shared/store/artifacts';
import { collect } from '../../../../shared/store/keep/collect';
import type { ObjectStore } from '../../../../shared/store/port';
import { createS3ObjectStore } from '../../../../shared/store/s3/s3-object-store';
import { createStageCache } from '../../../../shared/store/stage-cache';
import { createUses } from '../../../../shared/store/uses';
import { publishPath, verifyWholeStore } from '../../../support/kept-store';
import { s3Location, startS3Server, type S3Server } from '../../../support/s3-server';

const DAY_MS = 86_400_000;

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

const verified = (objects: ObjectStore) => verifyWholeStore(objects, { deep: true, onProgress: () => undefined });

it('a bucket is verified and collected: a flipped byte is named, what nobody needs goes, a snapshot keeps its bars', async () => {
  const prefix = `keep-${randomUUID()}`;
  const objects = createS3ObjectStore(s3Location(server.endpoint, prefix));
  const uses = createUses(objects);
  const artifacts = createArtifacts(objects, uses);
  const stages = createStageCache(objects, artifacts, () => undefined, uses);
  const { bundle, markers } = await publishPath({
    ...{ artifacts, stages, runId: 'old', symbol: 'XAG', bars: 'b', settings: 's' },
  });
  const vendor = createVendorSnapshots({ objects, artifacts }, 'source');
  const price = Float64Array.from([1, 2]);
  const columns = { time: price, open: price, high: price, low: price, close: price, volume: price };
  const { ref: bars, parts } = await vendor.putBars(columns);
  await vendor.append('XAG', {
    ...{ fetchedAtMs: 0, fingerprint: '', bars, parts: [...parts], rows: 2, timeframeMs: 1, newestCloseMs: 2 },
    ...{ stampNote: '', openBars: 0, repeatedBars: 0, pages: [] },
  });
  expect((await verified(objects)).damaged).toEqual([]);

  const path = join(server.folder, prefix, bundle.uri);
  const sound = readFileSync(path);
  writeFileSync(path, Buffer.from(sound.map((byte, i) => (i === 5 ? byte ^ 4 : byte))));
  expect((await verified(objects)).damaged).toMatchObject([{ key: bundle.uri }]);
  writeFileSync(path, sound);

  const run = async () =>
    collect(objects, {
      policy: { keepRuns: 0, keepDays: 0, graceMs: DAY_MS },
      openWork: () => Promise.resolve({ workflowIds: [], sinceMs: null }),
      who: 'a test',
    });
  expect(await run()).toMatchObject({ removed: { markers: { objects: 0 }, artifacts: { objects: 0 } } });
  // The server's own clock of every object, two days back.
  const old = new Date(Date.now() - 2 * DAY_MS);
  const root = join(server.folder, prefix);
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }))
    if (statSync(join(root, name)).isFile()) utimesSync(join(root, name), old, old);
  expect(await run()).toMatchObject({ removed: { markers: { objects: markers.length } }, spared: [] });
  expect(await objects.list('stages/')).toEqual([]);
  expect((await objects.list('blobs/')).length).toBe(new Set([bars.uri, ...parts.map(({ uri }) => uri)]).size);
  expect((await vendor.latest('XAG'))?.number).toBe(1);
  expect((await verified(objects)).damaged).toEqual([]);
}, 60_000);
