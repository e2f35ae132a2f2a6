import type { ArtifactRef } from '../../../shared/contracts/artifact';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { openStore } from '../../../shared/store/open-store';
import { createArtifacts } from '../../../shared/store/artifacts';
import { createStageCache, parseMarkerBytes, stageKey, type StageMarker } from '../../../shared/store/stage-cache';

const KIND = { kind: 'features', schemaVersion: 1 };
const MATERIAL = { bars: 'ab' };
const KEY = stageKey('features', MATERIAL);
const MARKER_KEY = `stages/features/${KEY.slice(0, 2)}/${KEY}.json`;

async function openWith(outputText = 'a table', partText = 'its part') {
  const damage: string[] = [];
  const objects = createMemoryObjectStore();
  const store = openStore(objects, (message) => damage.push(message));
  const table = await store.artifacts.put(Buffer.from(outputText), KIND);
  const part = await store.artifacts.put(Buffer.from(partText), KIND);
  return { ...store, damage, table, part };
}

function markerOf(table: ArtifactRef, part: ArtifactRef, runId = 'one'): Omit<StageMarker, 'schemaVersion'> {
  return {
    stage: 'features',
    key: KEY,
    material: MATERIAL,
    outputs: { features: table },
    parts: [part],
    facts: { rows: 3 },
    producer: {
      runId,
      attemptId: `attempt-${runId}`,
      seconds: 1,
      publishedAt: '2026-01-01T00:00:00.000Z',
      environment: { node: '20' },
    },
  };
}

describe('stage cache', () => {
  it('finds nothing before, and afterwards what was published', async () => {
    const { stages, table, part, damage } = await openWith();
    expect(await stages.find('features', KEY)).toBeNull();
    const { marker, outcome } = await stages.publish(markerOf(table, part));
    expect(outcome).toBe('published');
    expect(marker).toEqual({ schemaVersion: 1, ...markerOf(table, part) });
    expect(await stages.find('features', KEY)).toEqual(marker);
    expect(await stages.find('labels', KEY)).toBeNull();
    expect(damage).toEqual([]);
  });

  it('lets one of many publishers publish, and all others adopt its result', async () => {
    const { stages, table, part } = await openWith();
    const published = await Promise.all(
      ['one', 'two', 'three'].map((runId) => stages.publish(markerOf(table, part, runId))),
    );
    const first = published.filter(({ outcome }) => outcome === 'published');
    expect(first).toHaveLength(1);
    for (const { marker } of published) expect(marker).toEqual(first[0]!.marker);
    expect(await stages.publish(markerOf(table, part, 'late'))).toEqual({
      marker: first[0]!.marker,
      outcome: 'adopted',
    });
  });

  it.each(['table', 'part'] as const)(
    'takes away a result whose %s was altered, so that it is computed anew',
    async (which) => {
      const opened = await openWith();
      const { stages, objects, table, part, damage } = opened;
      await stages.publish(markerOf(table, part));
      const intact = which === 'table' ? part : table;
      await objects.put(opened[which].uri, Buffer.alloc(opened[which].bytes), { ifAbsent: false });
      expect(await stages.find('features', KEY)).toBeNull();
      expect(damage).toEqual([expect.stringContaining(`features (${KEY}) was missing or damaged`) as string]);
      expect(await objects.get(MARKER_KEY)).toBeNull();
      expect(await objects.get(intact.uri)).not.toBeNull();
      // The damaged bytes stay until somebody writes them anew, which heals them.
      const again = await opened.artifacts.put(Buffer.from(which === 'table' ? 'a table' : 'its part'), KIND);
      expect(again).toEqual(opened[which]);
      expect((await stages.publish(markerOf(table, part, 'two'))).outcome).toBe('published');
      expect(await stages.find('features', KEY)).not.toBeNull();
    },
  );

  it('is a miss where an output is gone altogether', async () => {
    const { stages, objects, table, part, damage } = await openWith();
    await stages.publish(markerOf(table, part));
    await objects.remove(table.uri);
    expect(await stages.find('features', KEY)).toBeNull();
    expect(damage).toHaveLength(1);
  });

  it.each([
    ['torn', '{"schemaVersion":1,"stage":"fea'],
    ['empty', ''],
    ['of an unknown version', JSON.stringify({ schemaVersion: 2 })],
    ['of another shape', '[]'],
  ])('takes away a marker that is %s', async (_, text) => {
    const { stages, objects, table, part, damage } = await openWith();
    await objects.put(MARKER_KEY, Buffer.from(text), { ifAbsent: false });
    expect(await stages.find('features', KEY)).toBeNull();
    expect(damage).toEqual([expect.stringContaining('cannot be read')]);
    expect((await stages.publish(markerOf(table, part))).outcome).toBe('published');
  });

  it('publishes in place of a marker that cannot be read', async () => {
    const { stages, objects, table, part } = await openWith();
    await objects.put(MARKER_KEY, Buffer.from('torn'), { ifAbsent: false });
    expect((await stages.publish(markerOf(table, part))).outcome).toBe('published');
    expect(await stages.find('features', KEY)).not.toBeNull();
  });

  it('says so where a marker is there whenever it is put and gone whenever it is read', async () => {
    const { stages, objects, table, part } = await openWith();
    const haunted = createStageCache(
      { ...objects, put: () => Promise.resolve('exists') },
      createArtifacts(objects),
      () => undefined,
    );
    await expect(haunted.publish(markerOf(table, part))).rejects.toMatchObject({ code: 'StoreUnavailable' });
    expect(await stages.find('features', KEY)).toBeNull();
  });
});

describe('parseMarkerBytes', () => {
  it('refuses a marker with a field too many, as it was written by another version', async () => {
    const { table, part } = await openWith();
    const marker = { schemaVersion: 1, ...markerOf(table, part) };
    expect(parseMarkerBytes(Buffer.from(JSON.stringify(marker)))).toEqual(marker);
    expect(parseMarkerBytes(Buffer.from(JSON.stringify({ ...marker, extra: 1 })))).toBeNull();
    expect(parseMarkerBytes(null)).toBeNull();
  });
});
