/** What a drill does to an installation, in the order in which it does it. */
export const SCENARIOS = [
  'kill-trainer',
  'kill-worker',
  'truncated-checkpoint',
  'oom',
  'disk-full',
  'store-5xx',
  'store-slow',
  'nan',
  'calendar',
] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

/** What each scenario expects of the handlers, for people. */
export const EXPECTED: Readonly<Record<ScenarioName, string>> = {
  'kill-trainer': 'TrainerCrashed; the next attempt goes on from the checkpoint; every result as undisturbed',
  'kill-worker': 'another worker is started and goes on from the checkpoint; every result as undisturbed',
  'truncated-checkpoint':
    'the cut checkpoint is passed over with a warning, the one before is used; every result as undisturbed',
  oom: 'OutOfMemory; one rung down to half the windows at once; the loss within 1 % of the undisturbed one',
  'disk-full': 'StorageFull, nothing half-written; goes on by itself once there is room; every result as undisturbed',
  'store-5xx': 'StoreUnavailable is tried again until the store is back; every result as undisturbed',
  'store-slow': 'signs of life go on while the store stalls longer than the heartbeat limit; nothing is lost',
  nan: 'NumericalFailure halves the learning rate on rungs of their own; bars without a price are dropped and counted',
  calendar: 'stamps of the local zone become the right instants across the change; no window lies over the holiday',
};

/** Those named in a list separated by commas, in the order of SCENARIOS; or the first name that is none. */
export function scenariosOf(list: string | undefined): readonly ScenarioName[] | { readonly unknown: string } {
  if (list === undefined) return SCENARIOS;
  const named = list.split(',').map((name) => name.trim());
  const unknown = named.find((name) => !SCENARIOS.some((known) => known === name));
  return unknown === undefined ? SCENARIOS.filter((known) => named.includes(known)) : { unknown };
}
