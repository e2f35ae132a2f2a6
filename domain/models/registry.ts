import { fail, ok, type Result } from '../core/result';
import type { ModelFamily } from './contract';

/** The model families that a process can fit and load: a value that is passed in, never a global. */
export interface ModelRegistry {
  readonly names: readonly string[];
  /** `InvalidModel` for an unknown name, with the names there are. */
  get(name: string): Result<ModelFamily>;
}

/** Builds a registry. Throws where two families share a name: that is a mistake in the code. */
export function createModelRegistry(families: readonly ModelFamily[]): ModelRegistry {
  const byName = new Map(families.map((family) => [family.name, family]));
  const names = families.map((family) => family.name);
  if (byName.size !== families.length) throw new Error(`Two model families share a name: ${names.join(', ')}.`);
  return {
    names,
    get: (name) => {
      const family = byName.get(name);
      if (family !== undefined) return ok(family);
      return fail('InvalidModel', `There is no model family '${name}'; there are: ${names.join(', ')}.`);
    },
  };
}
