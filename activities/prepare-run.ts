import type { PrepareRunInput } from './types';
import type { Fault } from '../domain/core/result';
import { resolveConfig } from '../shared/contracts/config/resolve';
import type { ConfigFault } from '../shared/contracts/config/resolve';
import type { RunConfig } from '../shared/contracts/config/schema';
import type { RunPlan } from '../shared/contracts/run';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { BarSource } from '../shared/sources/port';
import type { Store } from '../shared/store/open-store';
import { StageFault, unwrap } from './support/stage-fault';

/**
 * The first activity of a run: checks the input, answers with every fault at once, fixes the as-of instant, lists the
 * symbols, and puts the effective configuration into the store.
 */
export async function prepareRun(
  { input, startedAtMs }: PrepareRunInput,
  deps: { readonly store: Store; readonly source: (config: RunConfig) => BarSource },
): Promise<RunPlan> {
  const resolved = resolveConfig(input);
  if (!resolved.ok) throw new StageFault(configFault(resolved.faults));
  const { config } = resolved;
  const found = unwrap(await deps.source(config).list()).map(({ symbol }) => symbol);
  const symbols = chosenSymbols(found, config.symbols);
  return {
    config: await deps.store.artifacts.putJson(config, ARTIFACT_KINDS.config),
    asOfMs: config.asOf === null ? startedAtMs : Date.parse(config.asOf),
    symbols,
    maxParallelSymbols: config.execution.maxParallelSymbols,
    successQuorum: config.execution.successQuorum,
    from: config.from,
    until: config.until,
  };
}

function configFault(faults: readonly ConfigFault[]): Fault {
  const lines = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return { code: 'InvalidConfig', message: lines.join('; '), details: { faults } };
}

/** Sorted, so that histories and reports of two runs read alike. */
function chosenSymbols(found: readonly string[], wanted: readonly string[] | null): string[] {
  if (wanted === null) return [...found].sort();
  const unknown = wanted.filter((symbol) => !found.includes(symbol));
  if (unknown.length > 0) {
    const message = `symbols: ${unknown.join(', ')} not in the source, which has ${found.join(', ')}`;
    throw new StageFault({ code: 'SourceNotFound', message, details: { unknown } });
  }
  return [...new Set(wanted)].sort();
}
