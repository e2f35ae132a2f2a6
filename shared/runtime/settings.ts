import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const wholeNumber = z.string().regex(/^\d+$/, 'expected a whole number').transform(Number);

const environmentSchema = z.object({
  CANDLEWICK_HOME: z.string().min(1).optional(),
  CANDLEWICK_STORE: z.string().min(1).optional(),
  CANDLEWICK_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).optional(),
  CANDLEWICK_TRAINERS: wholeNumber.optional(),
  CANDLEWICK_TRAINER_THREADS: wholeNumber.optional(),
  CANDLEWICK_TRAINER_MEMORY_MB: wholeNumber.optional(),
  CANDLEWICK_SHUTDOWN_GRACE_SECONDS: wholeNumber.optional(),
  CANDLEWICK_HEALTH_PORT: wholeNumber.optional(),
  TEMPORAL_ADDRESS: z.string().refine(isHostAndPort, 'expected host:port, such as 127.0.0.1:7233').optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).optional(),
});

/** What a process takes from its environment, read once at its entry point and passed on. */
export interface Settings {
  /** The state folder: Temporal's database, the default store, addresses of running processes, logs. */
  readonly home: string;
  readonly storeRoot: string;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** Trainer children, and so fits at once. */
  readonly trainers: number;
  /** Threads of one trainer: part of the engine and so of every training key. */
  readonly trainerThreads: number;
  readonly trainerMemoryBytes: number | null;
  readonly shutdownGraceMs: number;
  readonly healthPort: number | null;
  /** null: the server recorded in the state folder, else one of our own. */
  readonly temporalAddress: string | null;
  readonly namespace: string;
}

/** Reads the environment, naming every wrong variable at once. Throws an Error that a person can read. */
export function readSettings(env: NodeJS.ProcessEnv, workingDirectory: string): Settings {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new Error(`wrong environment variables: ${faults}`);
  }
  const given = parsed.data;
  const home = resolve(workingDirectory, given.CANDLEWICK_HOME ?? '.candlewick');
  const cores = cpus().length;
  return {
    home,
    storeRoot:
      given.CANDLEWICK_STORE === undefined ? join(home, 'store') : resolve(workingDirectory, given.CANDLEWICK_STORE),
    logLevel: given.CANDLEWICK_LOG_LEVEL ?? 'info',
    trainers: Math.max(1, given.CANDLEWICK_TRAINERS ?? Math.min(cores, 8)),
    trainerThreads: Math.max(1, given.CANDLEWICK_TRAINER_THREADS ?? 1),
    trainerMemoryBytes:
      given.CANDLEWICK_TRAINER_MEMORY_MB === undefined ? null : given.CANDLEWICK_TRAINER_MEMORY_MB * 1024 * 1024,
    shutdownGraceMs: (given.CANDLEWICK_SHUTDOWN_GRACE_SECONDS ?? 5) * 1000,
    healthPort: given.CANDLEWICK_HEALTH_PORT ?? null,
    temporalAddress: given.TEMPORAL_ADDRESS ?? null,
    namespace: given.TEMPORAL_NAMESPACE ?? 'default',
  };
}

function isHostAndPort(text: string): boolean {
  const [, port] = /^\S+:(\d{1,5})$/.exec(text) ?? [];
  return Number(port) > 0 && Number(port) < 65_536;
}
