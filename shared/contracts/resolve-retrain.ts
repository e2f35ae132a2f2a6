import { isPlainObject } from './plain-object';
import type { ConfigFault } from './config/config-fault';
import { faultsOf, resolveConfig } from './config/resolve';
import type { RetrainInput } from './retrain';
import { retrainInputSchema } from './retrain';

export type ResolvedRetrain =
  | { readonly ok: true; readonly retrain: RetrainInput }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** The first day of a retrain without input: it names every setting, for the nearest one of a mistyped key. */
const DEFAULT_RETRAIN: RetrainInput = retrainInputSchema.parse({});

/** Checks the input of a retrain, and the configuration of the run inside it; answers with every fault at once. */
export function resolveRetrain(input: unknown): ResolvedRetrain {
  const parsed = retrainInputSchema.safeParse(input ?? {});
  const faults = [...(parsed.success ? [] : faultsOf(parsed.error, DEFAULT_RETRAIN)), ...configFaults(input)];
  return parsed.success && faults.length === 0 ? { ok: true, retrain: parsed.data } : { ok: false, faults };
}

function configFaults(input: unknown): readonly ConfigFault[] {
  const config = isPlainObject(input) ? input.config : undefined;
  // Not an object: the schema has said so.
  if (config === undefined || !isPlainObject(config)) return [];
  const resolved = resolveConfig(config);
  const faults = resolved.ok ? [] : resolved.faults;
  return [...faults.map(({ path, message }) => ({ path: under(path), message })), ...unfitFaults(config)];
}

/** What is right for a run and makes no sense in a retrain. */
function unfitFaults(config: Readonly<Record<string, unknown>>): readonly ConfigFault[] {
  const unfit = [
    {
      key: 'asOf',
      message: 'a retrain says itself as of which day its run trains; leave it out, or give asOf beside config',
    },
    { key: 'until', message: 'a retrain needs every stage, to its saved models; leave it out' },
  ];
  return unfit
    .filter(({ key }) => config[key] !== undefined && config[key] !== null)
    .map(({ key, message }) => ({ path: under(key), message }));
}

function under(path: string): string {
  return path === '' ? 'config' : `config.${path}`;
}
