import fc from 'fast-check';
import type { ModelVersion } from '../../../shared/contracts/registry';
import { createAuditLog } from '../../../shared/store/audit-log';
import type { AliasChange } from '../../../shared/store/change-aliases';
import { changeAliases } from '../../../shared/store/change-aliases';
import type { ObjectStore } from '../../../shared/store/port';
import { StoreError } from '../../../shared/store/port';
import { createRegistry } from '../../../shared/store/registry';
import { assignmentKey, versionKey } from '../../../shared/store/registry-keys';
import type { OpenedStore } from './object-store-cases';

const MODEL = 'daily/XAG-h20';
const AT = '2026-03-02T06:00:00.000Z';

export function versionFields(bundle: number, given: Partial<ModelVersion> = {}): Omit<ModelVersion, 'version'> {
  return {
    model: MODEL,
    bundle: {
      uri: `blobs/${String(bundle)}`,
      sha256: bundle.toString(16).padStart(64, '0'),
      bytes: 1,
      kind: 'bundle',
      schemaVersion: 1,
    },
    runId: `run-${String(bundle)}`,
    symbol: 'XAG',
    family: 'logistic',
    horizonBars: 20,
    asOf: AT,
    registeredAt: AT,
    trainedUntilMs: 0,
    choosingLogLoss: 1,
    candidates: [],
    data: { bars: 1, firstMs: 0, lastMs: 0, foldId: 'f0', parts: {} },
    calibrators: [],
    warnings: [],
    testRows: 0,
    metrics: {},
    baseline: null,
    ...given,
  };
}

export function changeOf(version: number, given: Partial<AliasChange> = {}): AliasChange {
  return {
    model: MODEL,
    version,
    champion: undefined,
    action: 'promote',
    who: 'ada',
    why: 'it is better',
    verdict: null,
    requestId: `request-${String(version)}`,
    at: AT,
    ...given,
  };
}

/** What the registry and the audit log promise on every store. */
export function describeRegistry(name: string, open: () => Promise<OpenedStore>): void {
  describe(`model registry: ${name}`, () => {
    let objects: ObjectStore;
    let remove: () => Promise<void>;
    beforeEach(async () => ({ store: objects, remove } = await open()));
    afterEach(() => remove());

    const registered = async (count: number): Promise<void> => {
      for (let i = 1; i <= count; i += 1) await createRegistry(objects).register(versionFields(i));
    };
    // These versions have no bundle at all; that one is asked for is shown where there are bundles.
    const claim = () => Promise.resolve();
    const means = () => ({ registry: createRegistry(objects), audit: createAuditLog(objects), claim });

    it('numbers versions one after another, whoever registers at once, and one bundle of a run once', async () => {
      const bundles = [1, 2, 3, 1, 2, 3, 4, 4];
      const versions = await Promise.all(
        bundles.map((bundle) => createRegistry(objects).register(versionFields(bundle))),
      );
      const { versions: found } = await createRegistry(objects).versions(MODEL);
      const distinct = new Set(versions.map(({ version }) => version));
      expect(found.map(({ version }) => version)).toEqual([...distinct].sort((a, b) => a - b));
      expect(found.map(({ version }) => version)).toEqual(found.map((_, i) => i + 1));
      expect(new Set(found.map(({ bundle }) => bundle.sha256)).size).toBe(4);
      expect(found).toHaveLength(4);
    });

    it('lets exactly one of several promoters win, and tells the others', async () => {
      await registered(6);
      await changeAliases(means(), changeOf(1, { action: 'first', champion: null }));
      const promoters = [2, 3, 4, 5, 6].map((version) => changeAliases(means(), changeOf(version, { champion: 1 })));
      const settled = await Promise.allSettled(promoters);
      const won = settled.filter((outcome) => outcome.status === 'fulfilled');
      const lost = settled.filter((outcome) => outcome.status === 'rejected');
      expect(won).toHaveLength(1);
      for (const { reason } of lost) expect(reason).toMatchObject({ code: 'ChampionMoved' });
      const current = await createRegistry(objects).current(MODEL);
      expect(current).toMatchObject({ previous: 1, sequence: 2, champion: won[0]?.value.champion });
      const { entries } = await createAuditLog(objects).read({});
      expect(entries).toHaveLength(2);
    });

    it('writes a request that is retried, also at once, one time, in the registry and in the log', async () => {
      await registered(2);
      const answers = await Promise.all([1, 2, 3, 4].map(() => changeAliases(means(), changeOf(1))));
      await changeAliases(means(), changeOf(2, { action: 'register' }));
      answers.push(await changeAliases(means(), changeOf(1)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(await createRegistry(objects).history(MODEL, 10)).toHaveLength(2);
      expect((await createAuditLog(objects).read({})).entries).toHaveLength(2);
    });

    it('resolves aliases and numbers, and names what there is where there is not', async () => {
      await registered(3);
      await changeAliases(means(), changeOf(2));
      const registry = createRegistry(objects);
      expect((await registry.resolve(MODEL)).version.version).toBe(2);
      expect(await registry.resolve(`${MODEL}@champion`)).toMatchObject({ alias: 'champion', version: { version: 2 } });
      expect(await registry.resolve(`${MODEL}@3`)).toMatchObject({ alias: null, version: { version: 3 } });
      const refusal = (text: string) => ({ code: 'ModelUnknown', message: expect.stringContaining(text) as string });
      await expect(registry.resolve(`${MODEL}@9`)).rejects.toMatchObject(refusal('1, 2, 3'));
      await expect(registry.resolve(`${MODEL}@best`)).rejects.toMatchObject(refusal('champion, challenger, previous'));
      await expect(registry.resolve(`${MODEL}@previous`)).rejects.toMatchObject(refusal('has no previous'));
      await expect(registry.resolve('daily/XAU-h20')).rejects.toMatchObject(refusal(MODEL));
    });

    it('reads the newest few versions to register one more, however many there are', async () => {
      const registry = createRegistry(objects);
      for (let i = 1; i <= 40; i += 1)
        await objects.put(versionKey(MODEL, i), Buffer.from(JSON.stringify({ ...versionFields(i), version: i })), {
          ifAbsent: true,
        });
      const asked: string[] = [];
      const watched: ObjectStore = {
        ...objects,
        description: objects.description,
        get: (key) => (asked.push(key), objects.get(key)),
        list: (prefix) => objects.list(prefix),
        put: (...given) => objects.put(...given),
      };
      expect((await createRegistry(watched).register(versionFields(41))).version).toBe(41);
      expect(asked).toHaveLength(32);
      expect((await registry.register(versionFields(41))).version).toBe(41);
      expect((await registry.register(versionFields(39))).version).toBe(39);
    });

    it('names a damaged entry, goes on with the others, and never numbers over it', async () => {
      await registered(2);
      await objects.put(versionKey(MODEL, 3), Buffer.from('{"half'), { ifAbsent: false });
      const registry = createRegistry(objects);
      expect(await registry.versions(MODEL)).toMatchObject({ damaged: [versionKey(MODEL, 3)] });
      await expect(registry.version(MODEL, 3)).rejects.toMatchObject({
        code: 'ArtifactCorrupt',
        message: expect.stringContaining(versionKey(MODEL, 3)) as string,
      });
      expect((await registry.register(versionFields(9))).version).toBe(4);
      await objects.put(assignmentKey(MODEL, 1), Buffer.from('{}'), { ifAbsent: false });
      await expect(registry.current(MODEL)).rejects.toMatchObject({ code: 'ArtifactCorrupt' });
    });

    it('passes over a damaged older assignment with a warning, and insists on the newest', async () => {
      await registered(3);
      for (const version of [1, 2, 3]) await changeAliases(means(), changeOf(version));
      await objects.put(assignmentKey(MODEL, 1), Buffer.from('{"half'), { ifAbsent: false });
      const warnings: string[] = [];
      const registry = createRegistry(objects, (message) => warnings.push(message));
      const back = changeOf(2, { action: 'rollback', requestId: 'back' });
      expect(await changeAliases({ ...means(), registry }, back)).toMatchObject({ champion: 2, previous: 1 });
      expect(warnings).toEqual([expect.stringContaining(assignmentKey(MODEL, 1))]);
      expect((await registry.history(MODEL, Infinity)).map(({ sequence }) => sequence)).toEqual([4, 3, 2]);
      await objects.put(assignmentKey(MODEL, 4), Buffer.from('{"half'), { ifAbsent: false });
      await expect(registry.history(MODEL, Infinity)).rejects.toMatchObject({ code: 'ArtifactCorrupt' });
    });

    it('names altered entries of the log, of models and of versions, and reads the others', async () => {
      await registered(2);
      const other = await createRegistry(objects).register(versionFields(7, { model: 'daily/XAU-h20' }));
      const entry = { at: AT, who: 'ada', action: 'promoted' as const, subject: MODEL, why: 'why', details: {} };
      for (const id of ['a', 'b']) await createAuditLog(objects).append(id, entry);
      const [log = ''] = await objects.list('audit/');
      const altered = [log, versionKey(MODEL, 1), versionKey(other.model, 1)];
      // What a store that keeps hashes of its own says of altered bytes.
      const hashing: ObjectStore = {
        ...objects,
        get: (key) =>
          altered.includes(key) ? Promise.reject(new StoreError('ArtifactCorrupt', key)) : objects.get(key),
      };
      expect(await createAuditLog(hashing).read({})).toMatchObject({ entries: [entry], damaged: [log] });
      const registry = createRegistry(hashing);
      expect(await registry.models()).toEqual({ models: [MODEL], damaged: altered.slice(1).sort() });
      expect(await registry.versions(MODEL)).toMatchObject({ versions: [{ version: 2 }], damaged: [altered[1]] });
    });

    it('keeps models of any symbol apart, and lists them by name', async () => {
      const names = [
        'daily/BRK/B-h5',
        'daily/BRK%2FB-h5',
        'daily/日経-h5',
        `daily/${'x'.repeat(300)}-h5`,
        'weekly/XAG-h20',
      ];
      for (const [i, model] of names.entries()) await createRegistry(objects).register(versionFields(i, { model }));
      expect((await createRegistry(objects).models()).models).toEqual([...names].sort());
      for (const model of names) expect((await createRegistry(objects).version(model, 1)).model).toBe(model);
    });

    it('goes further back with each rollback, and no further than there is', async () => {
      await registered(3);
      for (const version of [1, 2, 3]) await changeAliases(means(), changeOf(version));
      const back = async (version: number) =>
        changeAliases(means(), changeOf(version, { action: 'rollback', requestId: `back-${String(version)}` }));
      expect(await back(2)).toMatchObject({ champion: 2, previous: 1 });
      expect(await back(1)).toMatchObject({ champion: 1, previous: null });
      await expect(back(3)).rejects.toMatchObject({ code: 'ChampionMoved' });
    });

    it('enters in the log once for an id, at the instant of the first time, and reads by range', async () => {
      const audit = createAuditLog(objects);
      const entry = { who: 'ada', action: 'promoted' as const, subject: MODEL, why: 'why', details: {} };
      await audit.append('a', { ...entry, at: '2026-03-02T23:59:59.999Z' });
      await audit.append('a', { ...entry, at: '2026-03-05T00:00:00.000Z' });
      await audit.append('b', { ...entry, at: '2026-03-03T00:00:00.000Z', who: 'bob' });
      const all = await audit.read({});
      expect(all.entries.map(({ at, who }) => `${at} ${who}`)).toEqual([
        '2026-03-02T23:59:59.999Z ada',
        '2026-03-03T00:00:00.000Z bob',
      ]);
      const day = Date.parse('2026-03-03T00:00:00.000Z');
      expect((await audit.read({ fromMs: day })).entries.map(({ who }) => who)).toEqual(['bob']);
      expect((await audit.read({ untilMs: day })).entries.map(({ who }) => who)).toEqual(['ada']);
      // Died between the claim and the entry: the next try writes it, as it was.
      const [key] = await objects.list('audit/');
      await objects.remove(key ?? '');
      await audit.append('a', { ...entry, at: '2026-03-09T00:00:00.000Z' });
      expect(await audit.read({})).toEqual(all);
    });

    it('keeps its invariants under any writers at once', async () => {
      const action = fc.constantFrom('register', 'promote', 'refuse', 'reject', 'rollback' as const);
      const writer = fc.record({ version: fc.integer({ min: 1, max: 4 }), action });
      await registered(4);
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(writer, { minLength: 2, maxLength: 6 }), async (writers) => {
          round += 1;
          await Promise.allSettled(
            writers.map(({ version, action: wanted }, i) =>
              changeAliases(
                means(),
                changeOf(version, { action: wanted, requestId: `round-${String(round)}-${String(i)}` }),
              ),
            ),
          );
          const history = await createRegistry(objects).history(MODEL, Infinity);
          const sequences = history.map(({ sequence }) => sequence);
          expect(sequences).toEqual(sequences.map((_, i) => sequences.length - i));
          expect(new Set(history.map(({ requestId }) => requestId)).size).toBe(history.length);
          for (const { champion, previous } of history) if (champion !== null) expect(previous).not.toBe(champion);
          const { entries } = await createAuditLog(objects).read({});
          expect(entries.map(({ details }) => details.sequence).sort((a, b) => Number(a) - Number(b))).toEqual(
            [...sequences].reverse(),
          );
        }),
        { numRuns: 12 },
      );
      // Some hundreds of requests a round: a bucket on a busy machine takes minutes.
    }, 600_000);
  });
}
