import type { TrainInput } from '../../shared/contracts/stages';
import type { StageContext } from './stage-definition';

/**
 * A net that was sent to another queue goes on from the newest line that still has a checkpoint. Its own line is looked at as
 * well, whichever knows more updates is taken: the activity may have come back to where it began.
 */
export async function resumeFit(
  input: TrainInput,
  { store }: Pick<StageContext, 'store'>,
  { earlier }: { readonly earlier: readonly string[] },
): Promise<TrainInput> {
  for (const line of [...earlier].reverse()) {
    if (await store.checkpoints.has(line)) return { ...input, resumeFrom: line };
  }
  return input;
}
