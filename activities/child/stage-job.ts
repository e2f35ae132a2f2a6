import type { ComputationName } from '../../shared/names/stages';

/** What the worker sends to a compute child: which stage, on what. */
export interface StageJob {
  readonly id: string;
  readonly stage: ComputationName;
  /** As the worker found it; the child must find the same. */
  readonly key: string;
  readonly input: unknown;
  /** The worker's, as it entered the keys of manifests: a commit made since must not make another key here. */
  readonly environment: Readonly<Record<string, string>>;
}
