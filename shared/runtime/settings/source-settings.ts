import { delimiter, resolve } from 'node:path';
import { z } from 'zod';

export const SOURCE_VARIABLES = {
  CANDLEWICK_SOURCE_ROOTS: z.string().min(1).optional(),
};

type Given = z.infer<z.ZodObject<typeof SOURCE_VARIABLES>>;

/** Which files a worker may read bars from, whatever path an input names. */
export interface SourceSettings {
  /** Folders, absolute. Default: the working directory. `/` bounds nothing. */
  readonly sourceRoots: readonly string[];
}

/** Folders separated as in PATH, relative ones from the working directory. */
export function sourceSettingsOf({ CANDLEWICK_SOURCE_ROOTS }: Given, workingDirectory: string): SourceSettings {
  const named = (CANDLEWICK_SOURCE_ROOTS ?? '').split(delimiter).filter((root) => root !== '');
  return { sourceRoots: (named.length === 0 ? ['.'] : named).map((root) => resolve(workingDirectory, root)) };
}
