import type { Logger } from 'pino';
import { destination, pino, stdSerializers } from 'pino';
import type { Redact } from './redact';
import { createRedactor } from './redact';
import type { Settings } from './settings';

export type { Logger };

export interface LoggerOptions {
  /** Standard error where it is not given: standard output belongs to results. */
  readonly file?: string;
  /** Takes secrets out of every line; those of the environment where it is not given. */
  readonly redact?: Redact;
}

/** Keys of objects that hold secrets by their name, whatever their value is. */
const SECRET_KEYS = ['apiKey', 'authorization', 'password', 'secretAccessKey', 'sessionToken', 'token'];

/** One JSON document a line: `time`, `level` (a word), `name` of the process, `msg`, and what the line is about (log-fields.ts). */
export function createLogger(
  settings: Pick<Settings, 'logLevel'>,
  name: string,
  { file, redact = createRedactor(process.env) }: LoggerOptions = {},
): Logger {
  const target = destination({ dest: file ?? 2, sync: true, mkdir: true });
  return pino(
    {
      name,
      level: settings.logLevel,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: errorOf, err: errorOf },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    },
    { write: (line) => void target.write(redact(line)) },
  );
}

function errorOf(error: unknown): unknown {
  return error instanceof Error ? stdSerializers.err(error) : error;
}
