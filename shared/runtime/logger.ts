import type { Logger } from 'pino';
import { destination, pino } from 'pino';
import type { Settings } from './settings';

export type { Logger };

/** JSON lines on standard error (standard output belongs to results), or in a file. */
export function createLogger(settings: Pick<Settings, 'logLevel'>, name: string, file?: string): Logger {
  const target = destination({ dest: file ?? 2, sync: true, mkdir: true });
  return pino({ name, level: settings.logLevel, timestamp: () => `,"time":"${new Date().toISOString()}"` }, target);
}
