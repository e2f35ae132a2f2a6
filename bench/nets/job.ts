/** One measurement in one process: what bench/nets.ts hands to its own child and to the Python peers, as JSON. */
export interface BenchJob {
  readonly mode: BenchMode;
  readonly family: string;
  /** Which way of computing the family, where a contender knows several; see contenders.ts. */
  readonly form: string;
  readonly steps: number;
  /** Fewer steps where so many do not fit in; five at least. */
  readonly seconds: number;
  readonly threads: number;
}

/** `step`: a training step, with what comes before the first; `predict`: one window and many. */
export type BenchMode = 'step' | 'predict';

/** Medians: milliseconds by the clock, and of the processor, which other work on the machine disturbs less. */
export interface Times {
  readonly ms: number;
  readonly cpuMs: number;
}

/** What a process answers, as the last line of its output. */
export interface BenchFacts {
  readonly engine: string;
  readonly parameters: number;
  /** Resident with all libraries loaded, before the net is made; MiB. */
  readonly baseMb: number | null;
  /** The most that was ever resident, libraries included; MiB. */
  readonly peakMb: number | null;
  readonly step?: Times;
  /** From loaded libraries to the end of the first step: net, graph or optimiser, weights, step. */
  readonly start?: Times;
  /** The same once more in the same process, as of a trainer that has fitted before; ours only. */
  readonly startAgain?: Times;
  /** Of the first start, the tracing of the graph and its loading; ours only. */
  readonly traceMs?: number;
  readonly one?: Times;
  readonly many?: Times;
}

export const BENCH_WINDOW = { lookback: 60, features: 50 };
export const BENCH_BATCH = 256;
export const MANY_WINDOWS = 1024;
