/** Lays `difference` over `base`: objects are merged key by key, everything else (lists too) is replaced. */
export function mergeConfig(base: unknown, difference: unknown): unknown {
  if (difference === undefined) return base;
  if (!isPlainObject(base) || !isPlainObject(difference)) return difference;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(difference)) {
    merged[key] = Object.hasOwn(base, key) ? mergeConfig(base[key], value) : value;
  }
  return merged;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
