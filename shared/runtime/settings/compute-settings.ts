import { cpus } from 'node:os';
import { z } from 'zod';
import { wholeNumber } from './whole-number';

export const COMPUTE_VARIABLES = {
  CANDLEWICK_TRAINERS: wholeNumber.optional(),
  CANDLEWICK_TRAINER_THREADS: wholeNumber.optional(),
  CANDLEWICK_TRAINER_MEMORY_MB: wholeNumber.optional(),
  CANDLEWICK_SHUTDOWN_GRACE_SECONDS: wholeNumber.optional(),
  CANDLEWICK_OWN_WORKER: z.enum(['yes', 'no']).optional(),
};

type Given = z.infer<z.ZodObject<typeof COMPUTE_VARIABLES>>;

/** What a worker may use of its machine. */
export interface ComputeSettings {
  /** Trainer children, and so fits at once. */
  readonly trainers: number;
  /** Threads of one trainer: part of the engine and so of every training key. */
  readonly trainerThreads: number;
  readonly trainerMemoryBytes: number | null;
  readonly shutdownGraceMs: number;
  /** Whether commands that run something start a worker of their own; not where workers run as a service. */
  readonly ownWorker: boolean;
}

export function computeSettingsOf(given: Given): ComputeSettings {
  const memoryMb = given.CANDLEWICK_TRAINER_MEMORY_MB;
  return {
    trainers: Math.max(1, given.CANDLEWICK_TRAINERS ?? Math.min(cpus().length, 8)),
    trainerThreads: Math.max(1, given.CANDLEWICK_TRAINER_THREADS ?? 1),
    trainerMemoryBytes: memoryMb === undefined ? null : memoryMb * 1024 * 1024,
    shutdownGraceMs: (given.CANDLEWICK_SHUTDOWN_GRACE_SECONDS ?? 5) * 1000,
    ownWorker: given.CANDLEWICK_OWN_WORKER !== 'no',
  };
}
