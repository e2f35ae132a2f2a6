import * as tf from '@tensorflow/tfjs-core';

export interface PatchSizes {
  readonly patchLength: number;
  readonly stride: number;
}

/** Patches of a series of so many steps that is lengthened by `stride` copies of its last value (Nie et al. 2023). */
export function patchCount(steps: number, { patchLength, stride }: PatchSizes): number {
  return Math.floor((steps - patchLength) / stride) + 2;
}

/** Throws a RangeError where the patches do not fit the window, or would leave bars out. */
export function requirePatches(net: string, lookback: number, { patchLength, stride }: PatchSizes): void {
  if (patchLength > lookback) {
    throw new RangeError(`${net}: patchLength ${patchLength} is longer than the lookback ${lookback}; shorten it.`);
  }
  if (stride > patchLength) {
    throw new RangeError(`${net}: stride ${stride} skips bars between patches of length ${patchLength}; shorten it.`);
  }
}

/** (rows x steps) -> (rows x patches x patchLength); the last patch holds the last step. */
export function patchesOf(rows: tf.Tensor2D, sizes: PatchSizes): tf.Tensor3D {
  const [count, steps] = rows.shape;
  const last = tf.slice(rows, [0, steps - 1], [count, 1]);
  const padded = tf.concat([rows, tf.tile(last, [1, sizes.stride])], 1);
  const patches = Array.from({ length: patchCount(steps, sizes) }, (_, i) =>
    tf.slice(padded, [0, i * sizes.stride], [count, sizes.patchLength]),
  );
  return tf.stack(patches, 1) as tf.Tensor3D;
}
