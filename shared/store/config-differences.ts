import { isPlainObject } from '../contracts/plain-object';

/** A setting that differs, with both values as JSON. */
export interface ConfigDifference {
  readonly path: string;
  readonly standard: string;
  readonly own: string;
}

/** The settings in which `own` differs from `standard`, by path, in alphabetical order; lists are compared as a whole. */
export function configDifferences(standard: unknown, own: unknown, path = ''): readonly ConfigDifference[] {
  if (isPlainObject(standard) && isPlainObject(own)) {
    const names = [...new Set([...Object.keys(standard), ...Object.keys(own)])].sort();
    return names.flatMap((name) =>
      configDifferences(standard[name], own[name], path === '' ? name : `${path}.${name}`),
    );
  }
  const [before, after] = [textOf(standard), textOf(own)];
  return before === after ? [] : [{ path, standard: before, own: after }];
}

function textOf(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
