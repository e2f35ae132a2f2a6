import type { z } from 'zod';
import type { Assignment, ModelAlias, ModelVersion } from '../contracts/registry';
import { assignmentSchema, modelVersionSchema } from '../contracts/registry';
import { mapBounded } from './bounded';
import { canonicalBytes } from './hash';
import { jsonOf, parsedOrNull } from './json-bytes';
import { parseReference } from './model-reference';
import type { ObjectStore } from './port';
import { StoreError, getEvenDamaged } from './port';
import {
  REGISTRY_FOLDER,
  assignmentKey,
  entryNumbers,
  folderOfVersionKey,
  modelFolder,
  versionKey,
} from './registry-keys';

/** What the next assignment of a model is to say. */
export type AssignmentRequest = Omit<Assignment, 'sequence' | 'model'>;

export type AssignmentOutcome =
  | { readonly kind: 'assigned'; readonly assignment: Assignment }
  /** Somebody else wrote first: look again and decide anew. */
  | { readonly kind: 'moved-on'; readonly current: Assignment | null };

/** What a person means by `daily/XAG-h20@champion`, `…@3`, or the name alone (its champion). */
export interface ResolvedModel {
  readonly version: ModelVersion;
  /** The alias that was asked for; null where a number was. */
  readonly alias: ModelAlias | null;
}

/**
 * The registry of models: immutable versions and an append-only sequence of assignments of aliases, both written
 * exclusively under the next number, so that of any number of writers at once exactly one gets it.
 *
 * Throws `ModelUnknown` for what is not there, with what is, and `ArtifactCorrupt` naming the entry that cannot be read.
 */
export interface Registry {
  /**
   * Numbers and writes a version; the same bundle of the same run is the same version, however often it is registered, as
   * long as it is among the newest few.
   */
  register(version: Omit<ModelVersion, 'version'>): Promise<ModelVersion>;
  version(model: string, version: number): Promise<ModelVersion>;
  /** The version that was registered last; null where there is none. */
  newestVersion(model: string): Promise<ModelVersion | null>;
  /** Every version that can be read, ascending, and the keys of those that cannot. */
  versions(model: string): Promise<{ readonly versions: readonly ModelVersion[]; readonly damaged: readonly string[] }>;
  /** Names of all models, sorted, and the keys of entries in the way. */
  models(): Promise<{ readonly models: readonly string[]; readonly damaged: readonly string[] }>;
  /** Which version each alias stands for now; null before the first assignment. */
  current(model: string): Promise<Assignment | null>;
  /**
   * The newest assignments of a model, the newest first, at most `limit`. Older ones that cannot be read are passed over, and
   * a warning names them; the newest decides what every alias stands for and has to be readable.
   */
  history(model: string, limit: number): Promise<readonly Assignment[]>;
  /** Writes the assignment after `expectedSequence` (0: the first one). The same request again answers as the first time. */
  assign(model: string, expectedSequence: number, request: AssignmentRequest): Promise<AssignmentOutcome>;
  resolve(reference: string): Promise<ResolvedModel>;
}

/** A request that is retried is looked for among this many newest assignments: others may have come in between. */
export const RETRY_WINDOW = 32;
const NAMES_IN_A_MESSAGE = 10;
/** Gone counts too: an assignment is never removed by anybody, so only damage takes it away. */
const UNREADABLE: readonly unknown[] = ['ArtifactCorrupt', 'ArtifactMissing'];

export function createRegistry(objects: ObjectStore, warn: (message: string) => void = () => undefined): Registry {
  const warned = new Set<string>();
  const warnOnce = (key: string): void => {
    if (!warned.has(key)) warn(`${key} cannot be read and is passed over`);
    warned.add(key);
  };

  const numbers = async (model: string, kind: 'versions' | 'assignments'): Promise<readonly number[]> =>
    entryNumbers(await objects.list(`${modelFolder(model)}/${kind}/`));

  const version = async (model: string, number: number): Promise<ModelVersion> => {
    const key = versionKey(model, number);
    const bytes = await getEvenDamaged(objects, key);
    if (bytes !== null) return parseEntry(modelVersionSchema, bytes, key);
    const known = await numbers(model, 'versions');
    if (known.length === 0) throw await unknownModel(model);
    const shown = known.slice(-NAMES_IN_A_MESSAGE).map(String).join(', ');
    throw new StoreError('ModelUnknown', `${model} has no version ${String(number)}; its newest are ${shown}`);
  };

  const readVersions = async (model: string, wanted: readonly number[]): ReturnType<Registry['versions']> => {
    const read = await mapBounded(wanted, (number) =>
      readable(() => version(model, number), versionKey(model, number)),
    );
    return {
      versions: read.filter((entry): entry is ModelVersion => typeof entry !== 'string'),
      damaged: read.filter((entry): entry is string => typeof entry === 'string'),
    };
  };

  const versions: Registry['versions'] = async (model) => readVersions(model, await numbers(model, 'versions'));

  /** One readable version tells the name of the folder. */
  const nameOfFolder = async (keys: readonly string[]) => {
    const damaged: string[] = [];
    for (const key of keys) {
      const name = nameIn(await getEvenDamaged(objects, key), key);
      if (name !== null) return { name, damaged };
      damaged.push(key);
    }
    return { name: null, damaged };
  };

  const models: Registry['models'] = async () => {
    const folders = new Map<string, string[]>();
    for (const key of await objects.list(`${REGISTRY_FOLDER}/`)) {
      const folder = folderOfVersionKey(key);
      if (folder !== null) folders.set(folder, [...(folders.get(folder) ?? []), key]);
    }
    const read = await mapBounded([...folders.values()], nameOfFolder);
    return {
      models: read.flatMap(({ name }) => (name === null ? [] : [name])).sort(),
      damaged: read.flatMap(({ damaged }) => damaged),
    };
  };

  const unknownModel = async (model: string): Promise<StoreError> => {
    const known = (await models()).models;
    const shown = known.slice(0, NAMES_IN_A_MESSAGE).join(', ');
    const rest = known.length > NAMES_IN_A_MESSAGE ? ` and ${String(known.length - NAMES_IN_A_MESSAGE)} more` : '';
    const list = known.length === 0 ? 'it has none yet; the daily retrain registers them' : `it has ${shown}${rest}`;
    return new StoreError('ModelUnknown', `the registry has no model '${model}'; ${list}`);
  };

  const assignment = async (model: string, sequence: number): Promise<Assignment> => {
    const key = assignmentKey(model, sequence);
    const bytes = await getEvenDamaged(objects, key);
    if (bytes === null) throw new StoreError('ArtifactMissing', `${key} is listed and not there`);
    return parseEntry(assignmentSchema, bytes, key);
  };

  const history: Registry['history'] = async (model, limit) => {
    const [newest, ...older] = (await numbers(model, 'assignments')).slice(-limit).reverse();
    if (newest === undefined) return [];
    const current = await assignment(model, newest);
    const earlier = await mapBounded(older, (sequence) =>
      readable(() => assignment(model, sequence), assignmentKey(model, sequence)),
    );
    for (const entry of earlier) if (typeof entry === 'string') warnOnce(entry);
    return [current, ...earlier.filter((entry): entry is Assignment => typeof entry !== 'string')];
  };

  const current: Registry['current'] = async (model) => (await history(model, 1))[0] ?? null;

  return {
    version,
    newestVersion: async (model) => {
      const newest = (await numbers(model, 'versions')).at(-1);
      return newest === undefined ? null : version(model, newest);
    },
    versions,
    models,
    current,
    history,
    register: async (fields) => {
      for (;;) {
        const known = await numbers(fields.model, 'versions');
        const newest = await readVersions(fields.model, known.slice(-RETRY_WINDOW));
        const same = newest.versions.find(
          ({ runId, bundle }) => runId === fields.runId && bundle.sha256 === fields.bundle.sha256,
        );
        if (same !== undefined) return same;
        const next: ModelVersion = modelVersionSchema.parse({ ...fields, version: (known.at(-1) ?? 0) + 1 });
        const outcome = await objects.put(versionKey(fields.model, next.version), canonicalBytes(next), {
          ifAbsent: true,
        });
        if (outcome === 'created') return next;
      }
    },
    assign: async (model, expectedSequence, request) => {
      const earlier = await history(model, RETRY_WINDOW);
      const same = earlier.find(({ requestId }) => requestId === request.requestId);
      if (same !== undefined) return { kind: 'assigned', assignment: same };
      const [newest] = earlier;
      if ((newest?.sequence ?? 0) !== expectedSequence) return { kind: 'moved-on', current: newest ?? null };
      const next = assignmentSchema.parse({ ...request, model, sequence: expectedSequence + 1 });
      const key = assignmentKey(model, next.sequence);
      if ((await objects.put(key, canonicalBytes(next), { ifAbsent: true })) === 'created')
        return { kind: 'assigned', assignment: next };
      const winner = await assignment(model, next.sequence);
      return winner.requestId === request.requestId
        ? { kind: 'assigned', assignment: winner }
        : { kind: 'moved-on', current: winner };
    },
    resolve: async (reference) => {
      const { model, wanted } = parseReference(reference);
      if (typeof wanted === 'number') return { version: await version(model, wanted), alias: null };
      const assigned = await current(model);
      if (assigned === null && (await numbers(model, 'versions')).length === 0) throw await unknownModel(model);
      const number = assigned?.[wanted] ?? null;
      if (number !== null) return { version: await version(model, number), alias: wanted };
      throw new StoreError(
        'ModelUnknown',
        `${model} has no ${wanted} now; ./candlewick models show ${model} tells its versions and aliases`,
      );
    },
  };
}

function parseEntry<T>(schema: z.ZodType<T>, bytes: Uint8Array, key: string): T {
  const parsed = schema.safeParse(jsonOrUndefined(bytes));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const where = first === undefined ? '' : ` (${first.path.map(String).join('.') || 'whole'}: ${first.message})`;
  throw new StoreError('ArtifactCorrupt', `${key} is damaged or of another version of Candlewick${where}`);
}

function jsonOrUndefined(bytes: Uint8Array): unknown {
  try {
    return jsonOf(bytes);
  } catch {
    return undefined;
  }
}

/** The entry, or the key of one that cannot be read; what is wrong with the store itself is thrown. */
async function readable<T>(read: () => Promise<T>, key: string): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && UNREADABLE.includes(error.code)) return key;
    throw error;
  }
}

function nameIn(bytes: Uint8Array | null, key: string): string | null {
  const version = parsedOrNull(modelVersionSchema, bytes);
  return version !== null && modelFolder(version.model) === folderOfVersionKey(key) ? version.model : null;
}
