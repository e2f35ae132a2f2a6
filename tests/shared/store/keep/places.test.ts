import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '../../../../cli/drill/certificate';
import { keepCertificate } from '../../../../cli/drill/keep-certificate';
import type { Notice } from '../../../../shared/alerts/alert';
import { createAlertBook } from '../../../../shared/alerts/alert-book';
import type { AttemptRecord } from '../../../../shared/store/attempts';
import { createVendorSnapshots } from '../../../../shared/sources/http/snapshot-store';
import { createActivityLogStore } from '../../../../shared/store/activity-logs';
import { createAttemptLog } from '../../../../shared/store/attempts';
import { createAuditLog } from '../../../../shared/store/audit-log';
import type { AliasChange } from '../../../../shared/store/change-aliases';
import { takeLease } from '../../../../shared/store/keep/collection-lease';
import { PLACES, objectKind, removalPhaseOf } from '../../../../shared/store/keep/places';
import type { ObjectStore } from '../../../../shared/store/port';
import { createRegistry } from '../../../../shared/store/registry';
import { cardKey } from '../../../../shared/store/registry-keys';
import { runRecordKey, runReportKey } from '../../../../shared/store/run-files';
import { faultOfProbe } from '../../../../shared/store/store-check';
import { identifyStore } from '../../../../shared/store/store-identity';
import { createUses, writeCondemned } from '../../../../shared/store/uses';
import { createMemoryObjectStore } from '../../../support/memory-object-store';
import { DAY_MS, leaveCheckpoints, publishPath } from '../../../support/kept-store';
import { createArtifacts } from '../../../../shared/store/artifacts';
import { createStageCache } from '../../../../shared/store/stage-cache';
import { ENTRIES_PER_CHECKPOINT, createTrialLedger } from '../../../../shared/store/trial-ledger';
import { changeOf, versionFields } from '../registry-cases';
import { trialOf } from '../trial-ledger-cases';

const ROOT = join(__dirname, '../../../..');

/** Rooms whose code may write to a store. */
const ROOMS = ['shared', 'activities', 'cli', 'workers', 'inference', 'training', 'reporting'];

/**
 * Every file that puts an object, by what is done below in its name. A file that is not named here writes to a place that a
 * collection may not know: name it, and write what it writes.
 */
const WRITERS: Readonly<Record<string, (objects: ObjectStore) => Promise<unknown>>> = {
  'activities/write-report.ts': async (objects) => {
    for (const key of [runReportKey('run/1'), runRecordKey('run/1')]) await put(objects, key);
  },
  'cli/drill/keep-certificate.ts': (objects) =>
    keepCertificate(objects, {
      ...{
        drill: 'drill-1',
        at: '2026-01-01T00:00:00.000Z',
        survived: true,
        scenarios: [],
        seconds: 1,
        version: {},
        host: {},
      },
    } as unknown as Certificate),
  'shared/alerts/alert-book.ts': (objects) =>
    createAlertBook(objects).add({ alert: { key: 'run-failed:run-1' }, number: 1 } as Notice),
  'shared/sources/http/snapshot-store.ts': async (objects) => {
    const snapshots = createVendorSnapshots(
      { objects, artifacts: createArtifacts(objects, usesOf(objects)) },
      'source',
    );
    const price = Float64Array.from([1]);
    const columns = { time: price, open: price, high: price, low: price, close: price, volume: price };
    const { ref, parts } = await snapshots.putBars(columns);
    await snapshots.append('XAG', {
      ...{ fetchedAtMs: 0, fingerprint: '', bars: ref, parts: [...parts], rows: 1, timeframeMs: 1, newestCloseMs: 1 },
      ...{ stampNote: '', openBars: 0, repeatedBars: 0, pages: [] },
    });
    await snapshots.markRead('XAG', 1, 'run-1');
  },
  'shared/store/activity-logs.ts': (objects) =>
    createActivityLogStore(objects).write({ runId: 'run-1', activityId: 'train', attempt: 1 }, 'it failed'),
  'shared/store/artifacts.ts': (objects) =>
    createArtifacts(objects, usesOf(objects)).put(Buffer.from('x'), { kind: 'model', schemaVersion: 1 }),
  'shared/store/attempts.ts': (objects) =>
    createAttemptLog(objects).write({
      ...{ runId: 'run-1', stage: 'train', key: 'ab', attemptId: 'a' },
    } as AttemptRecord),
  'shared/store/audit-log.ts': (objects) =>
    createAuditLog(objects).append('id', {
      ...{ at: '2026-01-01T00:00:00.000Z', who: 'ada', action: 'promoted', subject: 'm', why: 'w', details: {} },
    }),
  'shared/store/checkpoint-line.ts': (objects) => leaveCheckpoints(objects, 'ab'.repeat(32)),
  'shared/store/checkpoints.ts': (objects) => leaveCheckpoints(objects, 'cd'.repeat(32)),
  'shared/store/epoch-metrics.ts': (objects) => leaveCheckpoints(objects, 'ef'.repeat(32)),
  'shared/store/keep/collection-lease.ts': (objects) => takeLease(objects, 'a test'),
  'shared/store/registry.ts': async (objects) => {
    const { model } = await createRegistry(objects).register(versionFields(1));
    const aliases = { champion: 1, challenger: null, previous: null };
    await createRegistry(objects).assign(model, 0, { ...pick(changeOf(1)), ...aliases });
  },
  'shared/store/stage-cache.ts': (objects) => {
    const artifacts = createArtifacts(objects, usesOf(objects));
    const stages = createStageCache(objects, artifacts, () => undefined, usesOf(objects));
    return publishPath({ artifacts, stages, runId: 'run-1', symbol: 'XAG', bars: 'b', settings: 's' });
  },
  'shared/store/store-check.ts': faultOfProbe,
  'shared/store/store-identity.ts': identifyStore,
  'shared/store/trial-ledger.ts': (objects) =>
    createTrialLedger(objects).enter('study', 'XAG', trialsPastACheckpoint(), '2026-01-01T00:00:00.000Z'),
  'shared/store/uses.ts': async (objects) => {
    await put(objects, 'blobs/ab/abc');
    await createUses(objects, { now: () => Date.now() + 3 * DAY_MS }).claim('blobs/ab/abc');
    await writeCondemned(objects, { id: 'a', keys: [] });
  },
  'shared/store/write-card.ts': (objects) => put(objects, cardKey('daily/XAG-h20', 1)),
};

/** These put what others give them, or write over what is there. */
const PASS_ON = ['cli/drill/inject.ts', 'shared/store/drill-faults.ts', 'shared/store/measured-object-store.ts'];

const trialsPastACheckpoint = () => Array.from({ length: ENTRIES_PER_CHECKPOINT + 1 }, (_, i) => trialOf(i + 1));
const usesOf = (objects: ObjectStore) => createUses(objects);
const put = (objects: ObjectStore, key: string) => objects.put(key, Buffer.from('{}'), { ifAbsent: false });
const pick = ({ action, version, who, why, verdict, requestId, at }: AliasChange) => ({
  ...{ action, version, who, why, verdict, requestId, at },
});

/** Files of the source with a call of an object store's `put`; the adapters themselves put what they are given. */
function writingFiles(): readonly string[] {
  return ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('store/s3/'))
      .map((name) => `${room}/${name}`)
      .filter((path) => /\b(?:objects|store|bucket)\.put\(/.test(readFileSync(join(ROOT, path), 'utf8'))),
  ).sort();
}

describe('the places of the store', () => {
  it.each([
    ['models/daily/XAG-h20/versions/000001.json'],
    ['models/daily/XAG-h20/assignments/000001.json'],
    ['models/daily/XAG-h20/card.md'],
    ['audit/2026-03-02/entry.json'],
    ['audit-requests/entry.json'],
    ['studies/metals/XAG/1.json'],
    ['studies/metals/XAG/heads/1.json'],
    ['studies/metals/XAG/checkpoints/100.json'],
    ['collections/condemned.json'],
    ['store.json'],
    ['somewhere/else.json'],
  ])('are never collected: %s', (key) => {
    expect(removalPhaseOf(key)).toBeNull();
  });

  it('are written by the files that are tried here, and by no others', () => {
    expect(writingFiles()).toEqual([...Object.keys(WRITERS), ...PASS_ON].sort());
  });

  it.each(Object.keys(WRITERS))('are known: what %s writes is listed and has a kind', async (file) => {
    const memory = createMemoryObjectStore();
    const written: string[] = [];
    await WRITERS[file]!({
      ...memory,
      put: (key, bytes, options) => {
        written.push(key);
        return memory.put(key, bytes, options);
      },
    });
    expect(written).not.toEqual([]);
    expect(written.filter((key) => objectKind(key) === 'other')).toEqual([]);
    // The identity of a store stands at its root, beside all places, and is never collected.
    const listed = written.filter((key) => !PLACES.some((place) => key.startsWith(place)));
    expect([...new Set(listed)]).toEqual(file === 'shared/store/store-identity.ts' ? ['store.json'] : []);
  });
});
