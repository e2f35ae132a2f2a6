import type { Fault } from '../../domain/core/result';
import type { Rung } from '../../shared/names/rungs';

/** What the next rung depends on. */
export interface LadderPlace {
  /** Windows that one update learns from: never changed by a rung. */
  readonly batchSize: number;
  /** The least windows in memory at once that the ladder goes down to. */
  readonly minMicroBatch: number;
  /** Rungs climbed down so far, oldest first. */
  readonly rungs: readonly Rung[];
  /** Where it ran when it failed. */
  readonly device: Rung['device'];
  /** How often the learning rate may be halved. */
  readonly numericalRetries: number;
  /** Updates done when it failed, as far as is known. */
  readonly atStep: number;
}

/**
 * The step down after a failure that can be trained around, by the table of design section 4, or null where there is none:
 * the fault is of another kind, or the ladder is at its end.
 *
 * `OutOfMemory` halves the micro-batch, rounding up, and gradients are accumulated over ceil(batchSize / microBatch)
 * micro-batches, the last of which is padded with windows of weight 0 where it is not full: the effective batch stays. Below
 * the smallest micro-batch it goes from the graphics processor to the processor, there with the whole batch again.
 * `DeviceFailure` goes to the processor and keeps the micro-batch. `NumericalFailure` halves the learning rate. A rung keeps
 * what earlier ones changed.
 */
export function nextRung(fault: Pick<Fault, 'code'>, place: LadderPlace): Rung | null {
  assertPlace(place);
  switch (fault.code) {
    case 'OutOfMemory':
      return smallerBatch(place) ?? toProcessor('OutOfMemory', place, place.batchSize);
    case 'DeviceFailure':
      return toProcessor('DeviceFailure', place, microBatchAt(place));
    case 'NumericalFailure':
      return lowerLearningRate(place);
    default:
      return null;
  }
}

/** Every rung in one sentence each, for the last message of a training that fell off the ladder; '' where there were none. */
export function ladderHistory(rungs: readonly Rung[]): string {
  return rungs.map(({ note }, i) => `${String(i + 1)}. ${note}`).join(' ');
}

/** Micro-batches that one update accumulates its gradient over. */
export function accumulationSteps(batchSize: number, microBatch: number): number {
  return Math.ceil(batchSize / microBatch);
}

function smallerBatch(place: LadderPlace): Rung | null {
  const before = microBatchAt(place);
  const microBatch = Math.ceil(before / 2);
  if (microBatch === before || microBatch < place.minMicroBatch) return null;
  const times = accumulationSteps(place.batchSize, microBatch);
  return {
    ...carriedOn(place),
    cause: 'OutOfMemory',
    microBatch,
    note: `out of memory at step ${String(place.atStep)} on the ${nameOf(place.device)} with ${String(before)} windows at once: now ${String(microBatch)}, accumulated ${String(times)} times to the same batch of ${String(place.batchSize)}.`,
  };
}

function toProcessor(cause: 'OutOfMemory' | 'DeviceFailure', place: LadderPlace, microBatch: number): Rung | null {
  if (place.device === 'cpu') return null;
  const why = cause === 'OutOfMemory' ? 'out of memory with the fewest windows at once' : 'lost its device';
  return {
    ...carriedOn(place),
    cause,
    device: 'cpu',
    microBatch,
    note: `${why} at step ${String(place.atStep)} on the ${nameOf('gpu')}: now on the ${nameOf('cpu')}, ${String(microBatch)} windows at once.`,
  };
}

function lowerLearningRate(place: LadderPlace): Rung | null {
  const halvings = place.rungs.filter(({ cause }) => cause === 'NumericalFailure').length;
  if (halvings >= place.numericalRetries) return null;
  const rung = carriedOn(place);
  const learningRateScale = rung.learningRateScale / 2;
  return {
    ...rung,
    cause: 'NumericalFailure',
    learningRateScale,
    note: `the loss was no finite number at step ${String(place.atStep)}: now ${String(learningRateScale)} of the learning rate, from the last sound checkpoint.`,
  };
}

function carriedOn(place: LadderPlace): Omit<Rung, 'cause' | 'note'> {
  const { device, atStep } = place;
  const learningRateScale = place.rungs.at(-1)?.learningRateScale ?? 1;
  return { microBatch: microBatchAt(place), learningRateScale, device, atStep };
}

function microBatchAt({ rungs, batchSize }: LadderPlace): number {
  return Math.min(rungs.at(-1)?.microBatch ?? batchSize, batchSize);
}

function nameOf(device: Rung['device']): string {
  return device === 'gpu' ? 'graphics processor' : 'processor';
}

function assertPlace({ batchSize, minMicroBatch, numericalRetries }: LadderPlace): void {
  for (const [name, value] of Object.entries({ batchSize, minMicroBatch })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number above 0`);
  }
  if (!Number.isInteger(numericalRetries) || numericalRetries < 0) throw new RangeError('numericalRetries is negative');
}
