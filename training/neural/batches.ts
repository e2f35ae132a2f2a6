import { gatherWindows } from '../../domain/core/windows';
import type { NamedValues } from '../graph/program';
import type { NetFit } from './contract';
import { fillNoise } from './noise';
import type { PreparedFit } from './prepare-fit';
import { fillTargets, shareFactors, totalWeights } from './targets';
import { targetWidth } from './train-program';

/** Fills the inputs of one micro-batch after the other; the buffers are used again, so a batch must be run at once. */
export interface BatchLoader {
  /** The micro-batches of one effective batch, lazily; the weights of all together sum to 1. */
  readonly trainingBatches: (rows: Int32Array, step: number) => Iterable<NamedValues>;
  /** The same without noise, with the weights as they are. */
  readonly evaluationBatches: (rows: Int32Array) => Iterable<NamedValues>;
}

export function createBatchLoader(
  { series, settings, seed }: Pick<NetFit, 'series' | 'settings' | 'seed'>,
  { heads, plan, targets, window }: PreparedFit,
  microBatch: number,
  evaluationBatch = microBatch,
): BatchLoader {
  const buffersOf = (batch: number): BatchBuffers => ({
    windows: new Float32Array(batch * window.lookback * window.features),
    targets: new Float32Array(batch * targets.length * targetWidth(heads)),
  });
  const [training, evaluation] = [buffersOf(microBatch), buffersOf(evaluationBatch)];
  const noise = new Float32Array(microBatch * plan.dropoutUnits);
  const unshared = targets.map(() => 1);
  const fill = (buffers: BatchBuffers, rows: Int32Array, factors: readonly number[]): void => {
    gatherWindows(series, rows, settings.lookback, buffers.windows);
    fillTargets(targets, heads.target, rows, factors, buffers.targets);
  };
  return {
    trainingBatches: function* (rows, step) {
      const factors = shareFactors(totalWeights(targets, rows));
      for (const part of slices(rows, microBatch)) {
        fill(training, part, factors);
        if (plan.dropoutUnits > 0) fillNoise(seed, step, part, plan.dropoutUnits, noise);
        yield plan.dropoutUnits > 0 ? { ...training, noise } : { ...training };
      }
    },
    evaluationBatches: function* (rows) {
      for (const part of slices(rows, evaluationBatch)) {
        fill(evaluation, part, unshared);
        yield { ...evaluation };
      }
    },
  };
}

interface BatchBuffers {
  readonly windows: Float32Array;
  readonly targets: Float32Array;
}

function* slices(rows: Int32Array, size: number): Iterable<Int32Array> {
  for (let from = 0; from < rows.length; from += size) yield rows.subarray(from, from + size);
}
