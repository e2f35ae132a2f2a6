/** `EEXIST` and the like, or null for what is no error of the system. Not by `instanceof`, which fails across realms. */
export function systemErrorCode(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
