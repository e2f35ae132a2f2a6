import fc from 'fast-check';
import { findInGraph } from '../../../../shared/store/keep/find-in-graph';
import { lineageOf, reach } from '../../../../shared/store/keep/lineage';
import { readStoreGraph } from '../../../../shared/store/keep/read-graph';
import { NOW_MS, openKeptStore, type FakePath } from '../../../support/kept-store';

const paths = fc.array(
  fc.record({
    symbol: fc.constantFrom('AAA', 'BBB', 'CCC'),
    bars: fc.constantFrom('one', 'two', 'three'),
    settings: fc.constantFrom('x', 'y'),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('lineage', () => {
  it('up and down are each other turned round', async () => {
    await fc.assert(
      fc.asyncProperty(paths, async (given) => {
        const store = openKeptStore();
        for (const { symbol, bars, settings } of given) await store.path('run', symbol, bars, settings);
        const graph = await readStoreGraph(store.objects);
        const lineage = lineageOf(graph);
        const all = [...graph.markers.values()];
        const above = new Map(all.map((marker) => [marker.at, reach(lineage, [marker], 'up')]));
        for (const one of all) {
          const below = reach(lineage, [one], 'down');
          for (const other of all) expect(below.has(other.at)).toBe(above.get(other.at)!.has(one.at));
        }
        // From every bundle there is a way up to a source.
        for (const { at, stage } of all) {
          if (stage !== 'bundle') continue;
          expect([...above.get(at)!.values()].some(({ fingerprint }) => fingerprint !== null)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('goes down from the bars of a symbol to its bundle and to no other, though both have the same folds', async () => {
    const store = openKeptStore();
    const one = await store.path('run', 'AAA', 'one', 'x');
    const two = await store.path('run', 'BBB', 'two', 'x');
    const graph = await readStoreGraph(store.objects);
    const lineage = lineageOf(graph);
    const nodeOf = ({ markers }: FakePath, stage: string) => {
      const key = markers.find((marker) => marker.stage === stage)!.key;
      return graph.markers.get(`stages/${stage}/${key.slice(0, 2)}/${key}.json`)!;
    };
    expect(nodeOf(one, 'splits').outputs).toEqual(nodeOf(two, 'splits').outputs);
    const below = [...reach(lineage, [nodeOf(two, 'ingest')], 'down').keys()];
    expect(below).toContain(nodeOf(two, 'bundle').at);
    expect(below).not.toContain(nodeOf(one, 'bundle').at);
  });

  it('finds by hash, uri, run, symbol, model, alias and version', async () => {
    const store = openKeptStore();
    const one = await store.path('nightly', 'AAA', 'one', 'x');
    const two = await store.path('nightly', 'BBB', 'two', 'x');
    await store.run('nightly', [one, two], NOW_MS);
    await store.register('daily/AAA-h20', 1, 'nightly', one);
    await store.register('daily/AAA-h20', 2, 'nightly', two);
    await store.assign('daily/AAA-h20', 1, { champion: 1, challenger: 2 });
    const graph = await readStoreGraph(store.objects);
    const lineage = lineageOf(graph);
    const found = (given: string) => {
      const lookup = findInGraph(graph, lineage, given);
      return lookup.kind === 'found' ? lookup.artifacts.map(({ sha256 }) => sha256) : lookup;
    };
    const { sha256, uri } = one.bundle;
    const names = ['nightly/AAA', 'daily/AAA-h20', 'daily/AAA-h20@champion', 'daily/AAA-h20@1'];
    for (const given of [sha256, sha256.slice(0, 12), uri, ...names]) {
      expect([given, found(given)]).toEqual([given, [sha256]]);
    }
    expect(found('daily/AAA-h20@challenger')).toEqual([two.bundle.sha256]);
    expect(found('nightly')).toEqual([sha256, two.bundle.sha256]);
    expect(found('daily/AAA-h20@previous')).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining("no 'previous'") as string,
    });
    const wrong = { kind: 'none', reason: expect.stringContaining('names no version') as string };
    for (const given of ['daily/AAA-h20@newest', 'daily/AAA-h20@0', 'daily/AAA-h20@1.0'])
      expect([given, found(given)]).toEqual([given, wrong]);
    // A model without a champion is refused here as the registry refuses it: its newest version is not meant by its name.
    await store.register('daily/BBB-h20', 1, 'nightly', two);
    const later = await readStoreGraph(store.objects);
    expect(findInGraph(later, lineageOf(later), 'daily/BBB-h20')).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining("no 'champion'") as string,
    });
    expect(found('nobody')).toEqual({ kind: 'none', reason: null });
    expect(found('')).toEqual({ kind: 'none', reason: null });
  });
});
