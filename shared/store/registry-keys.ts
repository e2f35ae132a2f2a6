import { nameSegment } from './keys';

/** Where everything of all models lies. */
export const REGISTRY_FOLDER = 'models';

/** `<set>/<symbol>-h<bars>`, the name of a model. */
export function modelName(set: string, symbol: string, horizonBars: number): string {
  return `${set}/${symbol}-h${String(horizonBars)}`;
}

/** The folder of a model. A symbol may hold anything, also `/`: only the first one parts the set from the rest. */
export function modelFolder(model: string): string {
  const slash = model.indexOf('/');
  const set = slash < 0 ? '' : model.slice(0, slash);
  return [REGISTRY_FOLDER, nameSegment(set), nameSegment(model.slice(slash + 1))].join('/');
}

export function versionKey(model: string, version: number): string {
  return `${modelFolder(model)}/versions/${String(version)}.json`;
}

export function cardKey(model: string, version: number): string {
  return `${modelFolder(model)}/versions/${String(version)}.md`;
}

export function assignmentKey(model: string, sequence: number): string {
  return `${modelFolder(model)}/assignments/${String(sequence)}.json`;
}

/** The numbers of the entries among the keys below `<folder>/<kind>/`, ascending. */
export function entryNumbers(keys: readonly string[]): readonly number[] {
  return keys
    .map((key) => /\/([1-9]\d{0,8})\.json$/.exec(key)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** The folder of the model that a version's key belongs to, or null for any other key. */
export function folderOfVersionKey(key: string): string | null {
  return /^(models\/[^/]+\/[^/]+)\/versions\/[1-9]\d{0,8}\.json$/.exec(key)?.[1] ?? null;
}
