import type { z } from 'zod';

/** The value of a JSON text in UTF-8. Throws SyntaxError for bytes that are none. */
export function jsonOf(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
}

/** What was stored as JSON, as its schema has it; null for no bytes, and for bytes that are damaged or say something else. */
export function parsedOrNull<T>(schema: z.ZodType<T>, bytes: Uint8Array | null): T | null {
  if (bytes === null) return null;
  try {
    return schema.parse(jsonOf(bytes));
  } catch {
    return null;
  }
}
