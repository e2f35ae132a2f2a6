import * as fc from 'fast-check';
import { randomFromSeed } from '../../domain/core/random';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { createAttemptLog } from '../../shared/store/attempts';
import { createCheckpointStore } from '../../shared/store/checkpoints';
import { canonicalBytes } from '../../shared/store/hash';
import { openStore } from '../../shared/store/open-store';
import type { ObjectStore } from '../../shared/store/port';
import { createRegistry } from '../../shared/store/registry';
import { readRunRecord, runRecordKey } from '../../shared/store/run-files';
import { markerKey, type StageMarker } from '../../shared/store/stage-cache';
import { decodeCheckpoint, encodeCheckpoint } from '../../training/neural/checkpoint-bytes';
import type { Checkpoint } from '../../training/neural/contract';
import { versionFields } from '../shared/store/registry-cases';
import { createMemoryObjectStore } from '../support/memory-object-store';
import { fakeRunRecord } from '../support/run-record';
import { damagedBytes } from './damage';
import { assertFault, assertTold } from './told';

const CASES = { checkpoints: 1_500, lines: 400, markers: 800, registry: 500, records: 300 };
const KEY = 'ab'.repeat(32);

const CHECKPOINT: Checkpoint = {
  identity: 'gru v1',
  state: {
    ...{ step: 7, epoch: 1, stepInEpoch: 2, shuffle: randomFromSeed(3).state() },
    ...{ epochLoss: 1.25, epochWeight: 64, epochGradientNorm: 3, bestEpoch: 0, bestLoss: 1.1 },
    ...{ plateau: { factor: 1, wait: 0, bestLoss: null }, epochs: [], rungs: [], finished: false },
  },
  weights: Float32Array.of(0.5, -0, NaN, 1e-40),
  bestWeights: Float32Array.of(1, 2, 3, 4),
  firstMoment: Float32Array.of(0, 0, 0, 0),
  secondMoment: Float32Array.of(1, 1, 1, 1),
};

/** Puts spoilt bytes in the place of sound ones. */
async function spoil(objects: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  await objects.put(key, bytes, { ifAbsent: false });
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('malformed things in the store: never taken for sound, always told', () => {
  it('bytes of checkpoints', () => {
    const sound = encodeCheckpoint(CHECKPOINT);
    fc.assert(
      fc.property(damagedBytes(sound), (bytes) => {
        const decoded = decodeCheckpoint(bytes);
        if (decoded.ok) expect(isSame(bytes, sound)).toBe(true);
        else assertFault(decoded.fault, Buffer.from(bytes).toString('latin1'));
      }),
      { numRuns: CASES.checkpoints },
    );
  });

  it('a line of checkpoints goes back to the one before', async () => {
    const second = encodeCheckpoint({ ...CHECKPOINT, state: { ...CHECKPOINT.state, step: 8 } });
    await fc.assert(
      fc.asyncProperty(damagedBytes(second), fc.boolean(), async (bytes, spoilMarker) => {
        const objects = createMemoryObjectStore();
        const warnings: string[] = [];
        const line = await createCheckpointStore(objects, (warning) => warnings.push(warning)).open(KEY);
        const facts = { kind: 'epoch', isBest: false, meta: {} } as const;
        await line.save(encodeCheckpoint(CHECKPOINT), { ...facts, step: 7 });
        const before = new Set(await objects.list('checkpoints/'));
        await line.save(second, { ...facts, step: 8 });
        const [newest] = (await objects.list('checkpoints/')).filter(
          (key) => !before.has(key) && key.endsWith('.json') === spoilMarker,
        );
        const earlier = await objects.get(newest!);
        await spoil(objects, newest!, bytes);
        const found = await line.latest();
        if (isSame(bytes, earlier!)) expect(found?.step).toBe(8);
        else {
          expect(found?.step).toBe(7);
          expect(warnings.length).toBeGreaterThan(0);
          for (const warning of warnings) assertTold(new Error(warning), newest);
        }
      }),
      { numRuns: CASES.lines },
    );
  }, 60_000);

  it('markers of stages: the stage is computed anew, and published', async () => {
    const objects = createMemoryObjectStore();
    const damage: string[] = [];
    const store = openStore(objects, (message) => damage.push(message));
    const table = await store.artifacts.put(Buffer.from('rows'), ARTIFACT_KINDS.features);
    const marker: Omit<StageMarker, 'schemaVersion'> = {
      stage: 'features',
      key: KEY,
      material: {},
      outputs: { features: table },
      parts: [],
      facts: { rows: 4 },
      producer: {
        runId: 'run',
        attemptId: 'one',
        seconds: 1,
        publishedAt: '2026-01-01T00:00:00.000Z',
        environment: {},
      },
    };
    const published = await store.stages.publish(marker);
    const sound = (await objects.get(markerKey('features', KEY)))!;
    await fc.assert(
      fc.asyncProperty(damagedBytes(sound), async (bytes) => {
        await spoil(objects, markerKey('features', KEY), bytes);
        damage.length = 0;
        const found = await store.stages.find('features', KEY);
        if (found === null) {
          expect(damage.length).toBeGreaterThan(0);
          for (const message of damage) assertTold(new Error(message), bytes);
        } else expect(found.outputs).toEqual(published.marker.outputs);
        await store.stages.publish(marker);
        expect(await store.stages.find('features', KEY)).not.toBeNull();
      }),
      { numRuns: CASES.markers },
    );
  }, 60_000);

  it('entries of the registry', async () => {
    const objects = createMemoryObjectStore();
    const registry = createRegistry(objects);
    const { model } = await registry.register(versionFields(1));
    const [key] = await objects.list('models/');
    const sound = (await objects.get(key!))!;
    await fc.assert(
      fc.asyncProperty(damagedBytes(sound), async (bytes) => {
        await spoil(objects, key!, bytes);
        const { versions, damaged } = await registry.versions(model);
        expect(versions.length + damaged.length).toBe(1);
        await registry.version(model, 1).then(
          (version) => expect(version.model).toBe(model),
          (error: unknown) => {
            assertFault(error as { code: string; message: string }, key);
            expect(damaged).toEqual([key]);
          },
        );
      }),
      { numRuns: CASES.registry },
    );
  }, 60_000);

  it('records of runs and attempts', async () => {
    const objects = createMemoryObjectStore();
    const sound = canonicalBytes(fakeRunRecord());
    const attempts = createAttemptLog(objects);
    await fc.assert(
      fc.asyncProperty(damagedBytes(sound.subarray(0, 4_000)), async (bytes) => {
        await spoil(objects, runRecordKey('run'), bytes);
        await readRunRecord(objects, 'run').catch((error: unknown) =>
          assertFault(error as { code: string; message: string }, 'run'),
        );
        await spoil(objects, `runs/run/attempts/train/${KEY}/one.json`, bytes);
        expect(await attempts.ofRun('run')).toEqual([]);
      }),
      { numRuns: CASES.records },
    );
  }, 60_000);
});
