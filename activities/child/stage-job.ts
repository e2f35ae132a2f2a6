import type { StageName } from '../../shared/names/stages';

/** What the worker sends to a compute child: which stage, on what. */
export interface StageJob {
  readonly id: string;
  readonly stage: StageName;
  readonly input: unknown;
}
