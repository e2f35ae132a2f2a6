import { isPlainObject } from '../plain-object';

/** Lays `difference` over `base`: objects are merged key by key, everything else (lists too) is replaced. */
export function mergeConfig(base: unknown, difference: unknown): unknown {
  if (difference === undefined) return base;
  if (!isPlainObject(base) || !isPlainObject(difference)) return difference;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(difference)) {
    merged.set(key, merged.has(key) ? mergeConfig(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}
