import type { ModelVersion } from '../../../shared/contracts/registry';
import { ARTIFACT_KINDS } from '../../../shared/names/artifact-kinds';
import { createAuditLog } from '../../../shared/store/audit-log';
import { changeAliases } from '../../../shared/store/change-aliases';
import { createClaimModel } from '../../../shared/store/claim-model';
import { collect } from '../../../shared/store/keep/collect';
import { createRegistry } from '../../../shared/store/registry';
import { runRecordKey } from '../../../shared/store/run-files';
import type { Uses } from '../../../shared/store/uses';
import { DAY_MS, NOW_MS, openKeptStore, verifyWholeStore } from '../../support/kept-store';
import { changeOf, versionFields } from './registry-cases';

/** Three versions of one model, each from a run of its own, ten days old; with the claims that were made of each. */
async function oldVersions() {
  const store = openKeptStore();
  store.setClock(NOW_MS - 10 * DAY_MS);
  const registry = createRegistry(store.objects);
  const versions: ModelVersion[] = [];
  for (let number = 1; number <= 3; number += 1) {
    const runId = `run-${String(number)}`;
    const path = await store.path(runId, 'XAG', `bars ${String(number)}`, 'x');
    await store.run(runId, [path], NOW_MS - 10 * DAY_MS);
    versions.push(await registry.register(versionFields(number, { bundle: path.bundle, runId })));
  }
  store.setClock(NOW_MS);
  const claims: string[] = [];
  const uses: Uses = {
    claim: (key) => {
      claims.push(key);
      return store.uses.claim(key);
    },
  };
  const claim = createClaimModel({ artifacts: store.artifacts, uses });
  const means = { registry, audit: createAuditLog(store.objects), claim };
  const gone = async () => {
    const policy = { keepRuns: 0, keepDays: 0, graceMs: DAY_MS };
    const openWork = () => Promise.resolve({ workflowIds: [], sinceMs: null });
    const done = await collect(store.objects, { policy, openWork, who: 'a test' });
    if ('refused' in done) throw new Error(JSON.stringify(done.refused));
  };
  const damaged = async () =>
    (await verifyWholeStore(store.objects, { deep: true, onProgress: () => undefined })).damaged;
  return { store, registry, versions, means, claims, gone, damaged };
}

describe('an alias for an old version', () => {
  it.each(['register', 'first', 'promote', 'approve'] as const)(
    'marks run, bundle and model as used (%s), so that no collection takes them in the same moment',
    async (action) => {
      const { store, versions, means, claims } = await oldVersions();
      await changeAliases(means, changeOf(1, { action }));
      const { bundle, runId } = versions[0]!;
      expect(claims).toEqual([runRecordKey(runId), bundle.uri, expect.stringMatching(/^blobs\//)]);
      for (const key of claims) expect(await store.objects.size(`uses/${key}`)).not.toBeNull();
    },
  );

  it.each(['refuse', 'reject', 'expire'] as const)('asks nothing where none is given (%s)', async (action) => {
    const { means, claims } = await oldVersions();
    await changeAliases(means, changeOf(1, { action }));
    expect(claims).toEqual([]);
  });

  it.each(['register', 'first', 'promote', 'approve'] as const)(
    'is refused (%s) where the bundle was collected, in words, and nothing is written',
    async (action) => {
      const { registry, means, gone, damaged } = await oldVersions();
      await gone();
      const change = changeAliases(means, changeOf(2, { action }));
      await expect(change).rejects.toMatchObject({
        code: 'ArtifactMissing',
        message: expect.stringMatching(
          /^version 2 of daily\/XAG-h20 cannot get an alias: blobs\/.*models show/,
        ) as string,
      });
      expect(await registry.current('daily/XAG-h20')).toBeNull();
      expect(await damaged()).toEqual([]);
    },
  );

  it('is refused where only the model inside is gone', async () => {
    const { store, means } = await oldVersions();
    const model = await store.artifacts.put(Buffer.from('model of bars 1 x'), ARTIFACT_KINDS.model);
    await store.objects.remove(model.uri);
    await expect(changeAliases(means, changeOf(1))).rejects.toThrow(model.uri);
  });

  it('is not given to what stood before the version that is rolled back to, where that was collected', async () => {
    const { registry, means, gone, damaged } = await oldVersions();
    for (const version of [1, 2, 3]) await changeAliases(means, changeOf(version));
    // Version 1 has no alias any more, and its marks of use are of yesterday.
    expect(await registry.current('daily/XAG-h20')).toMatchObject({ champion: 3, previous: 2 });
    const kept = await oldVersions();
    for (const version of [1, 2, 3]) await kept.means.registry.assign('daily/XAG-h20', version - 1, pick(version));
    await kept.gone();
    const back = await changeAliases(kept.means, changeOf(2, { action: 'rollback', requestId: 'back' }));
    expect(back).toMatchObject({ champion: 2, previous: null });
    expect(await kept.damaged()).toEqual([]);
    // Where it still stands it is the previous one again, and marked.
    const standing = await changeAliases(means, changeOf(2, { action: 'rollback', requestId: 'back' }));
    expect(standing).toMatchObject({ champion: 2, previous: 1 });
    await gone();
    expect(await damaged()).toEqual([]);
  });
});

/** An assignment as it was written months ago: nobody had to mark anything then. */
function pick(version: number) {
  const { action, who, why, verdict, requestId, at } = changeOf(version);
  const aliases = { champion: version, challenger: null, previous: version === 1 ? null : version - 1 };
  return { action, version, who, why, verdict, requestId, at, ...aliases };
}
