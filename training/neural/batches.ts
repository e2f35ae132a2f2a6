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
): BatchLoader {
  const windows = new Float32Array(microBatch * window.lookback * window.features);
  const wanted = new Float32Array(microBatch * targets.length * targetWidth(heads));
  const noise = new Float32Array(microBatch * plan.dropoutUnits);
  const unshared = targets.map(() => 1);
  const load = (rows: Int32Array, factors: readonly number[]): NamedValues => {
    gatherWindows(series, rows, settings.lookback, windows);
    fillTargets(targets, heads.target, rows, factors, wanted);
    return { windows, targets: wanted };
  };
  return {
    trainingBatches: function* (rows, step) {
      const factors = shareFactors(totalWeights(targets, rows));
      for (const part of slices(rows, microBatch)) {
        const inputs = load(part, factors);
        if (plan.dropoutUnits > 0) fillNoise(seed, step, part, plan.dropoutUnits, noise);
        yield plan.dropoutUnits > 0 ? { ...inputs, noise } : inputs;
      }
    },
    evaluationBatches: function* (rows) {
      for (const part of slices(rows, microBatch)) yield load(part, unshared);
    },
  };
}

function* slices(rows: Int32Array, size: number): Iterable<Int32Array> {
  for (let from = 0; from < rows.length; from += size) yield rows.subarray(from, from + size);
}
