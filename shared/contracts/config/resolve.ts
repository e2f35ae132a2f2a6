import type { z } from 'zod';
import {
  DEFAULT_CONFIG,
  FILES_SOURCE_DEFAULTS,
  GENERATED_SOURCE_DEFAULTS,
  HTTP_SOURCE_DEFAULTS,
  PRESETS,
  PRESET_GENERATED_SOURCE,
  PRESET_NAMES,
} from './defaults';
import { isPlainObject } from '../plain-object';
import type { ConfigFault } from './config-fault';
import { mergeConfig } from './merge';
import { nearestName } from './nearest-name';
import { netFaults } from './net-faults';
import type { RunConfig, SymbolConfig } from './schema';
import { runConfigSchema, symbolConfigSchema, symbolConfigShape } from './schema';

export type ResolvedConfig =
  { readonly ok: true; readonly config: RunConfig } | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/**
 * Turns what a person gave (a preset's name under `preset`, and differences from the defaults) into the whole
 * configuration of a run, or into every fault at once. No input and `{}` are the demonstration on generated bars.
 */
export function resolveConfig(input: unknown): ResolvedConfig {
  if (input !== undefined && input !== null && !isPlainObject(input)) {
    return {
      ok: false,
      faults: [{ path: '', message: `a configuration is an object of settings; given was ${describe(input)}` }],
    };
  }
  const { preset, ...given } = input ?? {};
  const named = presetOf(preset);
  const { source, ...rest } = given;
  const merged = mergeConfig(mergeConfig(DEFAULT_CONFIG, named.difference), rest);
  const whole = isPlainObject(merged) ? { ...merged, source: sourceWithDefaults(source, named.generated) } : merged;
  const parsed = runConfigSchema.safeParse(whole);
  if (!parsed.success) return { ok: false, faults: [...named.faults, ...faultsOf(parsed.error)] };
  const faults = [...named.faults, ...crossFaults(parsed.data), ...perSymbolFaults(parsed.data)];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, config: parsed.data };
}

/** The part of the configuration that a symbol's stages read, its own differences laid over the rest. */
export function symbolConfigOf(config: RunConfig, symbol: string): SymbolConfig {
  const difference = Object.hasOwn(config.perSymbol, symbol) ? config.perSymbol[symbol] : {};
  return symbolConfigSchema.parse(mergeConfig(sharedParts(config), difference));
}

/** The longest label over all horizons, in bars. */
export function longestLabelBars(labels: SymbolConfig['labels']): number {
  return Math.max(...labels.horizons.map((horizon) => horizon.bars));
}

interface PresetDifferences {
  readonly difference: object;
  readonly generated: object;
  readonly faults: readonly ConfigFault[];
}

function presetOf(preset: unknown): PresetDifferences {
  if (preset === undefined || preset === null) return { difference: {}, generated: {}, faults: [] };
  const name = PRESET_NAMES.find((known) => known === preset);
  if (name !== undefined) return { difference: PRESETS[name], generated: PRESET_GENERATED_SOURCE[name], faults: [] };
  const message = `unknown preset ${describe(preset)}; known are ${PRESET_NAMES.join(', ')}`;
  return { difference: {}, generated: {}, faults: [{ path: 'preset', message }] };
}

function sourceWithDefaults(source: unknown, generated: object): unknown {
  const generatedDefaults = mergeConfig(GENERATED_SOURCE_DEFAULTS, generated);
  if (source === undefined) return generatedDefaults;
  if (!isPlainObject(source)) return source;
  if (source.kind === 'files') return mergeConfig(FILES_SOURCE_DEFAULTS, source);
  if (source.kind === 'http') return mergeConfig(HTTP_SOURCE_DEFAULTS, source);
  return source.kind === 'generated' || source.kind === undefined ? mergeConfig(generatedDefaults, source) : source;
}

function sharedParts(config: RunConfig): unknown {
  return Object.fromEntries(Object.keys(symbolConfigShape).map((key) => [key, config[key as keyof SymbolConfig]]));
}

function perSymbolFaults(config: RunConfig): readonly ConfigFault[] {
  return Object.entries(config.perSymbol).flatMap(([symbol, difference]) => {
    const prefix = `perSymbol.${symbol}`;
    const parsed = symbolConfigSchema.safeParse(mergeConfig(sharedParts(config), difference));
    if (!parsed.success) return faultsOf(parsed.error).map((fault) => ({ ...fault, path: `${prefix}.${fault.path}` }));
    return symbolFaults(parsed.data).map((fault) => ({ ...fault, path: `${prefix}.${fault.path}` }));
  });
}

function crossFaults(config: RunConfig): readonly ConfigFault[] {
  const order = config.from !== null && config.until !== null ? stageOrderFaults(config.from, config.until) : [];
  return [...symbolFaults(config), ...order];
}

function stageOrderFaults(
  from: NonNullable<RunConfig['from']>,
  until: NonNullable<RunConfig['until']>,
): readonly ConfigFault[] {
  const stages = runConfigSchema.shape.from.unwrap().options;
  if (stages.indexOf(from) <= stages.indexOf(until)) return [];
  return [{ path: 'from', message: `stage '${from}' comes after 'until' stage '${until}'` }];
}

/** Checks that no single field can make: purge against labels, fractions, enabled models, sizes of nets. */
function symbolFaults(config: SymbolConfig): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  const longest = longestLabelBars(config.labels);
  const { purgeBars, holdout } = config.splits;
  if (purgeBars !== null && purgeBars < longest) {
    faults.push({
      path: 'splits.purgeBars',
      message: `${String(purgeBars)} is below the longest label of ${String(longest)} bars; give at least ${String(longest)}, or null for three times the longest label`,
    });
  }
  if (config.select.pca !== null && !config.select.enabled) {
    const message = 'components are made of selected features only; set select.enabled to true, or select.pca to null';
    faults.push({ path: 'select.pca', message });
  }
  const sum = holdout.train + holdout.validation + holdout.test;
  if (Math.abs(sum - 1) > 1e-9) {
    faults.push({ path: 'splits.holdout', message: `train + validation + test is ${String(sum)}; expected 1` });
  }
  const { scheme, groups } = config.splits;
  if (scheme === 'cpcv' && groups.testGroups >= groups.count) {
    faults.push({
      path: 'splits.groups.testGroups',
      message: `${String(groups.testGroups)} of ${String(groups.count)} groups cannot be tested at once: a fold needs one more to validate on; give at most ${String(groups.count - 1)}`,
    });
  }
  if (!Object.values(config.models).some((model) => model.enabled)) {
    faults.push({ path: 'models', message: 'no model family is enabled; enable at least one' });
  }
  const horizons = config.labels.horizons.map((horizon) => horizon.bars);
  if (new Set(horizons).size !== horizons.length) {
    faults.push({
      path: 'labels.horizons',
      message: `two horizons have the same number of bars: ${horizons.join(', ')}`,
    });
  }
  const { elite, population } = config.labels.search;
  if (elite >= population) {
    const message = `an elite of ${String(elite)} leaves no room for children in a population of ${String(population)}; give less`;
    faults.push({ path: 'labels.search.elite', message });
  }
  return [
    ...faults,
    ...trendFaults(config.labels),
    ...augmentationFaults(config),
    ...netFaults(config.models, config.nets),
  ];
}

/** What asks for barriers where there are none, and trends longer than their horizon. */
function trendFaults({ kind, trend, horizons, search, minReturnBps }: SymbolConfig['labels']): readonly ConfigFault[] {
  if (kind === 'tripleBarrier') return [];
  const shortest = Math.min(...horizons.map(({ bars }) => bars));
  return [
    ...(trend.leastBars <= shortest
      ? []
      : [
          {
            path: 'labels.trend.leastBars',
            message: `${String(trend.leastBars)} is longer than the horizon of ${String(shortest)} bars; give at most that`,
          },
        ]),
    ...(search.enabled
      ? [{ path: 'labels.search.enabled', message: `'${kind}' has no barriers to search for; set it to false` }]
      : []),
    ...(minReturnBps > 0
      ? [
          {
            path: 'labels.minReturnBps',
            message: `'${kind}' has no barriers that could offer too little; leave it at 0`,
          },
        ]
      : []),
  ];
}

/** Features of synthetic bars are computed from these bars alone. */
function augmentationFaults({ augmentation, features, labels }: SymbolConfig): readonly ConfigFault[] {
  if (augmentation.kind === 'none') return [];
  const missing = [
    ...(labels.meta === null ? [] : ['the side that labels.meta takes']),
    ...(features.cross.length > 0 ? ['bars of the symbols of features.cross'] : []),
  ];
  return missing.map((what) => ({
    path: 'augmentation.kind',
    message: `'${augmentation.kind}' makes synthetic bars of one symbol, without ${what}; leave that out, or take 'none'`,
  }));
}

/** The faults of any settings, an unknown key with the nearest one that `defaults` have in its place. */
export function faultsOf(error: z.ZodError, defaults: unknown = DEFAULT_CONFIG): readonly ConfigFault[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      message: `unknown key${suggestion(key, issue.path, defaults)}`,
    }));
  });
}

/** The nearest key that the defaults have at this place. */
function suggestion(key: string, path: readonly PropertyKey[], defaults: unknown): string {
  const place = path.reduce<unknown>(
    (inner, step) => (isPlainObject(inner) ? inner[String(step)] : undefined),
    defaults,
  );
  const nearest = isPlainObject(place) ? nearestName(key, Object.keys(place)) : null;
  return nearest === null || nearest === key ? '' : `; did you mean '${nearest}'?`;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return typeof value;
  try {
    return JSON.stringify(value);
  } catch {
    // A number beyond JSON, an object that holds itself: nothing that a file or a payload can bring, but a program can.
    return typeof value;
  }
}
