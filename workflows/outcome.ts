import { ApplicationFailure } from '@temporalio/workflow';
import type { ArtifactRef } from '../shared/contracts/artifact';
import type { StageOutcome } from '../shared/contracts/stages';

/** What a stage answered under a name that it always has. */
export function output(outcome: StageOutcome, name: string): ArtifactRef {
  const ref = outcome.outputs[name];
  if (ref !== undefined) return ref;
  throw ApplicationFailure.nonRetryable(`stage ${outcome.stage} answered without '${name}'`, 'Unexpected');
}
