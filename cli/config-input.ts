import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { mergeConfig } from '../shared/contracts/config/merge';
import { isPlainObject } from '../shared/contracts/plain-object';
import { resolveConfig } from '../shared/contracts/config/resolve';
import type { RunConfig } from '../shared/contracts/config/schema';
import { modelsSchema } from '../shared/contracts/config/models-schema';
import { nearestName } from '../shared/contracts/config/nearest-name';
import { UsageError } from './usage-error';

/** A configuration that names a thousand symbols has some 50 kB; workflow inputs end at 2 MB. */
const MAX_CONFIG_BYTES = 1_048_576;
const MAX_ALIASES = 100;

/** Flags of `run` and `start` that say what is to be trained. */
export interface ConfigFlags {
  readonly config?: string;
  readonly preset?: string;
  readonly source?: readonly string[];
  readonly symbols?: string;
  /** Families to train, separated by commas; beside a net the simple ones too. */
  readonly models?: string;
  readonly set?: readonly string[];
  readonly until?: string;
  readonly from?: string;
  readonly asOf?: string;
  readonly seed?: string;
}

/** What the flags and the config file say, checked: the input as it is sent, and the whole configuration it means. */
export interface ConfigInput {
  readonly input: Readonly<Record<string, unknown>>;
  readonly config: RunConfig;
}

/**
 * Flags are laid over the config file, the file over `underlying`, that over the preset, the preset over the defaults.
 * Throws a UsageError.
 */
export function readConfigInput(
  flags: ConfigFlags,
  workingDirectory: string,
  underlying: Readonly<Record<string, unknown>> = {},
): ConfigInput {
  const input = configInput(flags, workingDirectory, underlying);
  const resolved = resolveConfig(input);
  if (resolved.ok) return { input, config: resolved.config };
  const lines = resolved.faults.map(({ path, message }) => `  ${path === '' ? 'configuration' : path}: ${message}`);
  throw new UsageError(`the configuration cannot be used:\n${lines.join('\n')}`);
}

/** The same, not checked yet: for whoever checks it together with other settings. */
export function configInput(
  flags: ConfigFlags,
  workingDirectory: string,
  underlying: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const file = flags.config === undefined ? {} : readSettingsFile(resolve(workingDirectory, flags.config));
  const merged = [flagDifferences(flags), ...(flags.set ?? []).map(settingFrom)].reduce<unknown>(
    mergeConfig,
    mergeConfig(underlying, file),
  );
  return withAbsolutePaths(merged as Record<string, unknown>, workingDirectory);
}

/** Settings out of a file in YAML or JSON; an empty one has none. Throws a UsageError. */
export function readSettingsFile(path: string): Record<string, unknown> {
  const text = readText(path);
  const parsed = parseOrRefuse(text, path);
  if (parsed === null || parsed === undefined) return {};
  if (isPlainObject(parsed)) return parsed;
  throw new UsageError(
    `${path} holds ${Array.isArray(parsed) ? 'a list' : `'${text.trim().slice(0, 40)}'`}; expected settings, such as 'preset: standard'`,
  );
}

function parseOrRefuse(text: string, what: string): unknown {
  try {
    // The parser's own limit on aliases refuses a document that would unfold to more than memory holds.
    return parseYaml(text, { maxAliasCount: MAX_ALIASES });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new UsageError(`${what} is not YAML or JSON: ${reason}`);
  }
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_CONFIG_BYTES) throw new Error(`it has ${String(size)} bytes, more than ${String(MAX_CONFIG_BYTES)}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `the config file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function flagDifferences(flags: ConfigFlags): Record<string, unknown> {
  const given: Record<string, unknown> = {
    preset: flags.preset,
    source: flags.source === undefined ? undefined : { kind: 'files', paths: flags.source },
    symbols: flags.symbols?.split(',').map((symbol) => symbol.trim()),
    models: flags.models === undefined ? undefined : onlyModels(flags.models),
    until: flags.until,
    from: flags.from,
    asOf: flags.asOf,
    seed: flags.seed === undefined ? undefined : Number(flags.seed),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const SIMPLE_FAMILIES: readonly string[] = ['majority', 'logistic', 'lightgbm'];

/** Enables the families that are named, with the simple ones beside any net, and no others. */
function onlyModels(list: string): Record<string, { readonly enabled: boolean }> {
  const known = modelsSchema.keyof().options;
  const named = list.split(',').map((name) => name.trim());
  for (const name of named) {
    if (known.some((family) => family === name)) continue;
    const nearest = nearestName(name, known);
    const hint = nearest === null ? '' : `; did you mean '${nearest}'?`;
    throw new UsageError(
      `--models: there is no model family '${name}'${hint === '' ? '.' : hint} Known are ${known.join(', ')}`,
    );
  }
  // A net has to earn its place beside the simple models, on the same folds.
  const simple = named.some((name) => !SIMPLE_FAMILIES.includes(name)) ? SIMPLE_FAMILIES : [];
  return Object.fromEntries(known.map((family) => [family, { enabled: [...named, ...simple].includes(family) }]));
}

/** `labels.atrPeriod=20` as `{ labels: { atrPeriod: 20 } }`; the value is read as YAML. */
export function settingFrom(setting: string): Record<string, unknown> {
  const equals = setting.indexOf('=');
  if (equals <= 0) throw new UsageError(`--set ${setting}: expected path=value, such as --set labels.atrPeriod=20`);
  const value = parseOrRefuse(setting.slice(equals + 1), `--set ${setting}: the value`);
  return setting
    .slice(0, equals)
    .split('.')
    .reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;
}

/** Workers may run in another directory: relative paths are fixed where they were typed. */
function withAbsolutePaths(input: Record<string, unknown>, workingDirectory: string): Record<string, unknown> {
  const { source } = input;
  if (!isPlainObject(source) || !Array.isArray(source.paths)) return input;
  const paths = source.paths.map((path: unknown) =>
    typeof path === 'string' && !isAbsolute(path) ? resolve(workingDirectory, path) : path,
  );
  return { ...input, source: { ...source, paths } };
}
