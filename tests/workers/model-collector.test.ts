import { Registry } from 'prom-client';
import { createInstruments } from '../../shared/runtime/metrics/instruments';
import { createAuditLog } from '../../shared/store/audit-log';
import { changeAliases } from '../../shared/store/change-aliases';
import { createRegistry } from '../../shared/store/registry';
import { modelCollector } from '../../workers/watch/collectors/models';
import { lookAtModels } from '../../workers/watch/looks/models';
import { createMemoryObjectStore } from '../support/memory-object-store';
import { changeOf, versionFields } from '../shared/store/registry-cases';

const HOUR_MS = 3_600_000;
const at = (hours: number): string => new Date(Date.UTC(2026, 2, 2) + hours * HOUR_MS).toISOString();

describe('the collector of models', () => {
  it('takes the newest registered version as the last retrain, whatever a person does to the aliases afterwards', async () => {
    const objects = createMemoryObjectStore();
    const registry = createRegistry(objects);
    const means = { registry, audit: createAuditLog(objects), claim: () => Promise.resolve() };
    const page = new Registry();
    const lastRetrainSeconds = async (): Promise<string | undefined> => {
      page.clear();
      await modelCollector(() => lookAtModels(registry), createInstruments(page)).collect();
      return /candlewick_last_retrain_timestamp_seconds\{set="daily"\} (.*)/.exec(await page.metrics())?.[1];
    };
    for (const bundle of [1, 2]) {
      const registeredAt = at(bundle);
      const { version } = await registry.register(versionFields(bundle, { registeredAt }));
      await changeAliases(
        means,
        changeOf(version, { action: 'register', at: registeredAt, requestId: `r${String(version)}` }),
      );
      await changeAliases(means, changeOf(version, { at: registeredAt }));
    }
    const retrained = String(Date.parse(at(2)) / 1000);
    expect(await lastRetrainSeconds()).toBe(retrained);
    const rollback = changeOf(1, { action: 'rollback', champion: 2, at: at(30), requestId: 'back' });
    await changeAliases(means, rollback);
    expect(await lastRetrainSeconds()).toBe(retrained);
    await changeAliases(means, changeOf(2, { champion: 1, at: at(40), requestId: 'by hand' }));
    expect(await lastRetrainSeconds()).toBe(retrained);
  });
});
