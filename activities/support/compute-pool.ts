import type { ComputationName } from '../../shared/names/stages';
import type { Aside } from './aside';
import type { Computed, ReportProgress } from './stage-definition';

/** Computes a stage somewhere else: a child process in production, this process in tests of single stages. */
export interface ComputePool {
  /** Throws a StageFault with the code of what went wrong; `signal` stops the computation. */
  compute(
    stage: ComputationName,
    input: unknown,
    options: {
      readonly key: string;
      readonly onProgress: ReportProgress;
      readonly signal: AbortSignal;
      /** What the computation says besides, for those who watch. */
      readonly onAside?: (aside: Aside) => void;
      /** What is said on standard error meanwhile. */
      readonly onStderr?: (text: string) => void;
    },
  ): Promise<Computed>;
  /** Nets will be fitted soon: lets children that are waiting load what they need. */
  readonly warm?: () => void;
  close(): Promise<void>;
}
