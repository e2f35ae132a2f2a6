import { z } from 'zod';
import { wholeNumber } from './whole-number';

export const WATCH_VARIABLES = {
  CANDLEWICK_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).optional(),
  CANDLEWICK_HEALTH_PORT: wholeNumber.optional(),
};

type Given = z.infer<z.ZodObject<typeof WATCH_VARIABLES>>;

/** What a process tells of itself, and where. */
export interface WatchSettings {
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly healthPort: number | null;
}

export function watchSettingsOf({ CANDLEWICK_LOG_LEVEL, CANDLEWICK_HEALTH_PORT }: Given): WatchSettings {
  return { logLevel: CANDLEWICK_LOG_LEVEL ?? 'info', healthPort: CANDLEWICK_HEALTH_PORT ?? null };
}
