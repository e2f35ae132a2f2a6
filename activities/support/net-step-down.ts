import type { TrainInput } from '../../shared/contracts/stages';
import { ladderHistory, nextRung } from './ladder';
import type { FailedComputation, Ladder, StageContext } from './stage-definition';
import { unwrap } from './stage-fault';

/** Halvings of the learning rate before a training that will not stay finite is given up. */
const NUMERICAL_RETRIES = 3;

/** A device that fails on the processor is a library that does not load: that may be mended, and is tried again. */
const LADDER_CODES: ReadonlySet<string> = new Set(['OutOfMemory', 'NumericalFailure']);

/** The rung that a failed training of a net goes on from; null for models of single rows, and at the ladder's end. */
export async function netStepDown(
  { scope, task, rungs, resumeFrom }: TrainInput,
  context: StageContext,
  { key, fault, lastProgress }: FailedComputation,
): Promise<Ladder | null> {
  if (unwrap(context.registry.get(task.family)).kind === 'rows') return null;
  const { batchSize, minMicroBatch } = (await context.symbolConfig(scope)).nets;
  const known = lastProgress?.training?.rungs ?? [];
  const climbed = known.length > rungs.length ? known : rungs;
  const rung = nextRung(fault, {
    batchSize,
    minMicroBatch,
    rungs: climbed,
    device: climbed.at(-1)?.device ?? task.device,
    numericalRetries: NUMERICAL_RETRIES,
    atStep: lastProgress?.step ?? 0,
  });
  if (rung !== null) {
    // Before its own first checkpoint there is only what it was to go on from.
    const hasOwn = resumeFrom === null || (await context.store.checkpoints.has(key));
    return { kind: 'down', stepDown: { rungs: [...climbed, rung], checkpointKey: hasOwn ? key : resumeFrom } };
  }
  // A crash of another kind is tried again as it is; what the ladder was made for is over at its end.
  return LADDER_CODES.has(fault.code) ? { kind: 'end', history: ladderHistory(climbed) } : null;
}
