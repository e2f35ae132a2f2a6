import fc from 'fast-check';
import { DAY_MS, NOW_MS, leaveCheckpoints, openKeptStore, verifyWholeStore } from '../../../support/kept-store';

async function opened() {
  const store = openKeptStore();
  store.setClock(NOW_MS - DAY_MS);
  const one = await store.path('nightly', 'AAA', 'one', 'x');
  const two = await store.path('nightly', 'BBB', 'two', 'x');
  await store.run('nightly', [one, two], NOW_MS);
  await store.register('daily/AAA-h20', 1, 'nightly', one);
  await store.register('daily/BBB-h20', 1, 'nightly', two);
  await store.assign('daily/AAA-h20', 1, { champion: 1 });
  await store.assign('daily/BBB-h20', 1, { champion: 1 });
  await leaveCheckpoints(store.objects, 'ab'.repeat(32));
  const verify = (deep = false) => verifyWholeStore(store.objects, { deep, onProgress: () => undefined });
  const change = async (key: string, edit: (bytes: Buffer) => Uint8Array) => {
    const bytes = await store.objects.get(key);
    await store.objects.put(key, edit(Buffer.from(bytes ?? [])), { ifAbsent: false });
  };
  return { ...store, one, two, verify, change };
}

const flipped =
  (at: number) =>
  (bytes: Buffer): Uint8Array => {
    const copy = Buffer.from(bytes);
    copy[at % copy.length]! ^= 1;
    return copy;
  };

describe('verify', () => {
  it('finds nothing in a sound store', async () => {
    const { verify } = await opened();
    const { damaged, notes, artifactsRead } = await verify(true);
    expect(damaged).toEqual([]);
    expect(artifactsRead).toBeGreaterThan(8);
    expect(notes).toMatchObject({ unreferencedArtifacts: { objects: 0 }, halfWritten: [], stagesGone: 0 });
  });

  it('finds a flipped byte wherever it is, and names it', async () => {
    const { objects, keys, verify, change } = await opened();
    // A record of a run and its report hold no hash of themselves; there a flip is seen only where it breaks the form.
    const hashed = (await keys()).filter((key) => /^(blobs|checkpoints\/.*\/(bytes|markers))/.test(key));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...hashed), fc.nat(), async (key, at) => {
        const sound = await objects.get(key);
        await change(key, flipped(at));
        const { damaged } = await verify();
        await objects.put(key, sound!, { ifAbsent: false });
        expect(damaged.map((damage) => damage.key)).toEqual([key]);
      }),
      { numRuns: 60 },
    );
  });

  it('tells what depends on a damaged model: its stages, symbols, runs, models and aliases, and no others', async () => {
    const { one, verify, change } = await opened();
    const model = one.markers.find(({ stage }) => stage === 'train')!.parts[0]!;
    await change(model.uri, flipped(3));
    const { damaged } = await verify();
    expect(damaged).toHaveLength(1);
    expect(damaged[0]).toMatchObject({
      key: model.uri,
      what: expect.stringContaining(`${model.sha256} expected`) as string,
      dependents: {
        symbols: ['nightly/AAA'],
        runs: ['nightly'],
        models: ['daily/AAA-h20 v1'],
        aliases: ['daily/AAA-h20@champion'],
      },
      remedy: expect.stringContaining('roll back') as string,
    });
    expect(damaged[0]!.dependents.stages.map((text) => text.split(' ')[0]).sort()).toEqual(['bundle', 'train']);
  });

  it('tells models that were made of damaged bars and still predict', async () => {
    const { one, verify, change } = await opened();
    await change(one.markers[0]!.parts[0]!.uri, (bytes) => bytes.subarray(0, 3));
    const { damaged } = await verify();
    expect(damaged[0]).toMatchObject({
      what: expect.stringMatching(/^3 bytes found, \d+ expected$/) as string,
      dependents: { models: [], aliases: [], madeOf: ['daily/AAA-h20 v1'], symbols: ['nightly/AAA'] },
      remedy: expect.stringContaining('computed anew') as string,
    });
  });

  it('finds markers and aliases that point at nothing', async () => {
    const { one, objects, verify } = await opened();
    await objects.remove(one.bundle.uri);
    const { damaged } = await verify();
    expect(damaged).toMatchObject([{ key: one.bundle.uri, dependents: { aliases: ['daily/AAA-h20@champion'] } }]);
    await objects.remove('models/daily/BBB-h20/versions/00000001.json');
    const again = (await verify()).damaged.map(({ what }) => what);
    expect(again).toContainEqual(
      expect.stringContaining('daily/BBB-h20@champion stands for version 1, which is not registered'),
    );
  });

  it.each([
    ['stages/', 'anew'],
    ['runs/nightly/run.json', 'backup'],
    ['models/daily/AAA-h20/versions/', 'aliases'],
    ['models/daily/AAA-h20/assignments/', 'aliases'],
  ])('finds an unreadable object below %s', async (prefix, remedy) => {
    const { keys, verify, change } = await opened();
    const key = (await keys()).find((name) => name.startsWith(prefix))!;
    await change(key, (bytes) => bytes.subarray(0, bytes.length / 2));
    const found = (await verify()).damaged.find((damage) => damage.key === key);
    expect(found).toMatchObject({
      what: expect.stringContaining('cannot be read') as string,
      remedy: expect.stringContaining(remedy) as string,
    });
  });

  it('counts what nothing refers to and what was never completed as notes, not as damage', async () => {
    const { artifacts, objects, verify } = await opened();
    await artifacts.put(Buffer.from('orphan'), { kind: 'config', schemaVersion: 1 });
    const half = `checkpoints/ab/${'ab'.repeat(32)}/bytes/00000001-000000000009-000009-x`;
    await objects.put(half, Buffer.from('half'), { ifAbsent: true });
    const { damaged, notes } = await verify();
    expect(damaged).toEqual([]);
    expect(notes).toMatchObject({ unreferencedArtifacts: { objects: 1, bytes: 6 }, halfWritten: [half] });
  });
});
