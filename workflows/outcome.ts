import { ApplicationFailure } from '@temporalio/workflow';
import type { ArtifactRef } from '../shared/contracts/artifact';
import type { StageOutcome } from '../shared/contracts/stages';

/** What a stage answered under a name that it always has. */
export function output(outcome: StageOutcome, name: string): ArtifactRef {
  const ref = outcome.outputs[name];
  if (ref !== undefined) return ref;
  throw ApplicationFailure.nonRetryable(`stage ${outcome.stage} answered without '${name}'`, 'Unexpected');
}

/** What the features stage fitted; most runs fit nothing there. */
export function fittedOf({ outputs }: StageOutcome): { fitted?: ArtifactRef } {
  return outputs.fitted === undefined ? {} : { fitted: outputs.fitted };
}

/** What the folds can have seen of the tables; most schemes leave nothing out. */
export function seenOf({ outputs }: StageOutcome): { seen?: ArtifactRef } {
  return outputs.seen === undefined ? {} : { seen: outputs.seen };
}
