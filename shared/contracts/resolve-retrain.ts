import { isPlainObject } from './plain-object';
import type { ConfigFault } from './config/config-fault';
import { faultsOf, resolveConfig, symbolConfigOf } from './config/resolve';
import type { RunConfig } from './config/schema';
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
  const faults = resolved.ok ? schemeFaults(resolved.config) : resolved.faults;
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

/** Schemes whose bundle has trained to the end of the bars. */
const TRAINS_TO_THE_END: readonly RunConfig['splits']['scheme'][] = ['purgedKFold', 'cpcv'];

/** Of whom the gate would refuse every challenger: nothing is left to compare it with the champion on. */
function schemeFaults(config: RunConfig): readonly ConfigFault[] {
  const places = [
    { path: 'splits.scheme', scheme: config.splits.scheme },
    ...Object.keys(config.perSymbol).map((symbol) => ({
      path: `perSymbol.${symbol}.splits.scheme`,
      scheme: symbolConfigOf(config, symbol).splits.scheme,
    })),
  ];
  const wrong = places.filter(({ scheme }) => TRAINS_TO_THE_END.includes(scheme));
  // A symbol that only inherits the scheme is told of once.
  const own = wrong.filter(({ path, scheme }) => path === 'splits.scheme' || scheme !== config.splits.scheme);
  return own.map(({ path, scheme }) => ({
    path,
    message: `a retrain takes walkForward or holdout: the model of ${scheme} has trained to the last bars, so no test row is left on which champion and challenger can be compared; judge the method by ${scheme} in a run of its own`,
  }));
}

function under(path: string): string {
  return path === '' ? 'config' : `config.${path}`;
}
