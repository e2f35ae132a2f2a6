/** Every place of the store in which objects stand. What a later version puts elsewhere is neither seen nor removed. */
export const PLACES = [
  'blobs/',
  'stages/',
  'runs/',
  'checkpoints/',
  'metrics/',
  'models/',
  'audit/',
  'audit-requests/',
  'uses/',
  'collections/',
  'studies/',
  'vendors/',
  'alerts/',
  'drills/',
  'probe/',
] as const;

/** In the order in which they are removed: what refers goes before what it refers to. */
export const REMOVAL_PHASES = ['runs', 'trainings', 'snapshots', 'notices', 'markers', 'artifacts', 'marks'] as const;
export type RemovalPhase = (typeof REMOVAL_PHASES)[number];

/**
 * Every kind of object, with the phase in which a collection may take it away. null: never; the registry, the audit log, the
 * ledgers of trials and whatever is unknown stay for ever, and a collection keeps its own notes.
 */
const OBJECT_KINDS = {
  artifact: 'artifacts',
  'stage-marker': 'markers',
  'run-record': 'runs',
  'run-report': 'runs',
  attempt: 'runs',
  'run-file': 'runs',
  checkpoint: 'trainings',
  'epoch-metrics': 'trainings',
  'model-version': null,
  'alias-assignment': null,
  'registry-file': null,
  'audit-entry': null,
  // A number of trials is believed because nothing is ever taken away.
  trial: null,
  'ledger-head': null,
  'ledger-checkpoint': null,
  // Judged by the object that it speaks of, not as an object of its own.
  'use-mark': 'marks',
  collection: null,
  'vendor-snapshot': 'snapshots',
  'vendor-reader': 'snapshots',
  alert: 'notices',
  'drill-certificate': 'notices',
  probe: 'notices',
  'store-identity': null,
  other: null,
} as const satisfies Readonly<Record<string, RemovalPhase | null>>;
export type ObjectKind = keyof typeof OBJECT_KINDS;

/** The phase in which a collection may take an object away; null: never. */
export function removalPhaseOf(key: string): RemovalPhase | null {
  return OBJECT_KINDS[objectKind(key)];
}

/** What an object is, by where it stands. */
export function objectKind(key: string): ObjectKind {
  const [place, ...rest] = key.split('/');
  switch (place) {
    case 'blobs':
      return 'artifact';
    case 'stages':
      return 'stage-marker';
    case 'runs':
      return runFileKind(rest.slice(1).join('/'));
    case 'checkpoints':
      return 'checkpoint';
    case 'metrics':
      return 'epoch-metrics';
    case 'models':
      return registryKind(rest);
    case 'audit':
    case 'audit-requests':
      return 'audit-entry';
    case 'uses':
      return 'use-mark';
    case 'collections':
      return 'collection';
    case 'studies':
      return ledgerKind(key.split('/').at(-2));
    case 'vendors':
      return key.endsWith('.reader.json') ? 'vendor-reader' : 'vendor-snapshot';
    case 'alerts':
      return 'alert';
    case 'drills':
      return 'drill-certificate';
    case 'probe':
      return 'probe';
    case 'store.json':
      return 'store-identity';
    default:
      return 'other';
  }
}

function runFileKind(name: string): ObjectKind {
  if (name === 'run.json') return 'run-record';
  if (name === 'report.html') return 'run-report';
  return name.startsWith('attempts/') ? 'attempt' : 'run-file';
}

function ledgerKind(folder: string | undefined): ObjectKind {
  return folder === 'heads' ? 'ledger-head' : folder === 'checkpoints' ? 'ledger-checkpoint' : 'trial';
}

function registryKind(path: readonly string[]): ObjectKind {
  const folder = path.at(-2);
  if (folder === 'versions') return 'model-version';
  return folder === 'assignments' ? 'alias-assignment' : 'registry-file';
}

/** The folder of a run in which an object stands, without `/` at its end; null for an object of no run. */
export function runFolderOf(key: string): string | null {
  return /^runs\/[^/]+(?=\/)/.exec(key)?.[0] ?? null;
}

/** The hexadecimal key of the training that checkpoints or metrics belong to; null for any other object. */
export function trainingKeyOf(key: string): string | null {
  return /^(?:checkpoints|metrics)\/[^/]+\/([0-9a-f]+)\//.exec(key)?.[1] ?? null;
}

/** What an object of several belongs to together: an alert with all that was told of it, a drill. */
export function noticeOf(key: string): string {
  return key.split('/').slice(0, 2).join('/');
}

/** Every whole SHA-256 in hexadecimal that stands in a text. */
export function hashesIn(text: string): readonly string[] {
  return text.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? [];
}
