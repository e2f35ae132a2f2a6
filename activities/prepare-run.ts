import type { PrepareRunInput } from './types';
import { crossFaults, crossOf } from './support/cross-symbols';
import { HOUR_MS } from '../domain/core/durations';
import { createFeatureComputer } from '../domain/features/compute';
import { featureContext } from '../domain/features/context';
import { nearestName } from '../shared/contracts/config/nearest-name';
import { resolveConfig, symbolConfigOf } from '../shared/contracts/config/resolve';
import type { ConfigFault } from '../shared/contracts/config/config-fault';
import type { RunConfig, SymbolConfig } from '../shared/contracts/config/schema';
import type { LateData } from '../shared/contracts/retrain';
import type { LateDataPlan, RunPlan } from '../shared/contracts/run';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { OptionalStage } from '../shared/names/stages';
import { OPTIONAL_STAGES } from '../shared/names/stages';
import type { BarSource } from '../shared/sources/port';
import type { Store } from '../shared/store/open-store';
import { invalidConfig } from './support/config-fault';
import { assertSameStore } from './support/same-store';
import { unwrap } from './support/stage-fault';

const MINUTE_MS = 60_000;
/** Of a symbol at most, so that chance has no more to choose from. */
const MOST_FEATURES = 100;

/**
 * The first activity of a run: checks the input, answers with every fault at once, fixes the as-of instant, lists the
 * symbols, and puts the effective configuration into the store.
 */
export async function prepareRun(
  { input, startedAtMs, storeId, lateData }: PrepareRunInput,
  deps: { readonly store: Store; readonly storeId: string; readonly source: (config: RunConfig) => BarSource },
): Promise<RunPlan> {
  if (storeId !== null) assertSameStore(storeId, deps.storeId);
  const resolved = resolveConfig(input);
  if (!resolved.ok) throw invalidConfig(resolved.faults);
  const { config } = resolved;
  const found = unwrap(await deps.source(config).list()).map(({ symbol }) => symbol);
  const faults = [
    // With a policy for late data a symbol may come later.
    ...(lateData === undefined ? missingSymbolFaults(config, found) : []),
    ...unknownSymbolFaults(config, found),
    ...featureFaults(config),
    ...crossFaults(config, found),
  ];
  if (faults.length > 0) throw invalidConfig(faults);
  // Sorted, so that histories and reports of two runs read alike.
  const symbols = [...new Set(config.symbols ?? found)].sort();
  const asOfMs = config.asOf === null ? startedAtMs : Date.parse(config.asOf);
  return {
    config: await deps.store.artifacts.putJson(config, ARTIFACT_KINDS.config),
    storeId: deps.storeId,
    asOfMs,
    symbols,
    maxParallelSymbols: config.execution.maxParallelSymbols,
    successQuorum: config.execution.successQuorum,
    limits: {
      heartbeatMs: config.execution.heartbeatSeconds * 1_000,
      stageMs: Math.round(config.execution.maxStageMinutes * 60_000),
    },
    ...(config.source.kind === 'http' ? { ingestOn: 'vendor' } : {}),
    ...optionalStages(config, symbols),
    from: config.from,
    until: config.until,
    ...crossOf(config, config.symbols ?? found),
    ...(waitsForBars(config, lateData) ? { lateData: lateDataPlan(lateData, asOfMs) } : {}),
  };
}

/** What in a symbol's configuration asks for a stage that not every symbol has. */
const ASKED_BY: Readonly<Record<OptionalStage, (config: SymbolConfig) => boolean>> = {
  barriers: ({ labels }) => labels.search.enabled,
  diagnose: ({ diagnose }) => diagnose.enabled,
  select: ({ select }) => select.enabled,
};

/** Who has which of the stages that not every symbol has; nothing where nobody has any, as in runs of before. */
function optionalStages(config: RunConfig, symbols: readonly string[]): Pick<RunPlan, 'optionalStages'> {
  const asked = OPTIONAL_STAGES.flatMap((stage) => {
    const having = symbols.filter((symbol) => ASKED_BY[stage](symbolConfigOf(config, symbol)));
    return having.length === 0 ? [] : [[stage, having.length === symbols.length ? 'all' : having] as const];
  });
  return asked.length === 0 ? {} : { optionalStages: Object.fromEntries(asked) };
}

/** Generated bars are all there from the start and belong to no calendar of today: none is ever late. */
function waitsForBars({ source }: RunConfig, lateData: LateData | undefined): lateData is LateData {
  return lateData !== undefined && source.kind !== 'generated';
}

/** The window is counted from the as-of instant: for a day that is long past it is over before the run begins. */
function lateDataPlan({ maxAgeHours, everyMinutes, waitMinutes, atEnd }: LateData, asOfMs: number): LateDataPlan {
  return {
    maxAgeMs: maxAgeHours * HOUR_MS,
    everyMs: everyMinutes * MINUTE_MS,
    untilMs: asOfMs + Math.round(waitMinutes * MINUTE_MS),
    atEnd,
  };
}

/** Settings for a symbol that the source does not have: most likely a typing mistake, which would otherwise go unseen. */
function unknownSymbolFaults({ perSymbol }: RunConfig, found: readonly string[]): readonly ConfigFault[] {
  return Object.keys(perSymbol)
    .filter((symbol) => !found.includes(symbol))
    .map((symbol) => ({
      path: `perSymbol.${symbol}`,
      message: `the source has no such symbol; it has ${found.join(', ')}`,
    }));
}

/** Names of features that nobody declared, for the run and for single symbols. */
function featureFaults(config: RunConfig): readonly ConfigFault[] {
  const places = [
    { path: 'features.include', features: config.features, labels: config.labels },
    ...Object.keys(config.perSymbol).map((symbol) => ({
      path: `perSymbol.${symbol}.features.include`,
      ...symbolConfigOf(config, symbol),
    })),
  ];
  return places.flatMap(({ path, features, labels }) => {
    const { enabled, width } = features.fracDiff;
    const fracDiff = enabled ? { order: 1, width, referencePrice: 1 } : null;
    // The timeframe is not known yet; which columns there are does not hang on it.
    const computer = createFeatureComputer(
      features.include,
      featureContext(features, HOUR_MS, { fracDiff, cross: features.cross }),
    );
    if (!computer.ok) return [{ path, message: computer.fault.message }];
    const { names } = computer.value;
    return [...countFaults(names, path), ...primaryFaults(labels, names, path)];
  });
}

/** Every symbol beside brings columns of its own. */
function countFaults(names: readonly string[], path: string): readonly ConfigFault[] {
  if (names.length <= MOST_FEATURES) return [];
  const message = `${String(names.length)} features would be computed, at most ${String(MOST_FEATURES)} are: name those that are wanted, or fewer symbols under features.cross`;
  return [{ path, message }];
}

/** A side can be taken only from a column that is computed. */
function primaryFaults(
  { meta }: SymbolConfig['labels'],
  names: readonly string[],
  path: string,
): readonly ConfigFault[] {
  if (meta === null || names.includes(meta.feature)) return [];
  const nearest = nearestName(meta.feature, names);
  const message = `'${meta.feature}' is not among the ${String(names.length)} features that are computed${nearest === null ? '' : `; did you mean '${nearest}'?`}`;
  return [{ path: path.replace('features.include', 'labels.meta.feature'), message }];
}

/** Symbols that were asked for and that the source does not have. */
function missingSymbolFaults({ symbols }: RunConfig, found: readonly string[]): readonly ConfigFault[] {
  const missing = (symbols ?? []).filter((symbol) => !found.includes(symbol));
  if (missing.length === 0) return [];
  return [{ path: 'symbols', message: `${missing.join(', ')} not in the source, which has ${found.join(', ')}` }];
}
