import { join, resolve } from 'node:path';
import { z } from 'zod';

export const STORE_VARIABLES = {
  CANDLEWICK_STORE: z.string().min(1).optional(),
};

type Given = z.infer<z.ZodObject<typeof STORE_VARIABLES>>;

/** Where artifacts, checkpoints, records and the registry live. */
export interface StoreSettings {
  readonly storeRoot: string;
}

export function storeSettingsOf({ CANDLEWICK_STORE }: Given, home: string, workingDirectory: string): StoreSettings {
  return {
    storeRoot: CANDLEWICK_STORE === undefined ? join(home, 'store') : resolve(workingDirectory, CANDLEWICK_STORE),
  };
}
