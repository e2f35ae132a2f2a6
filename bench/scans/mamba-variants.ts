import * as tf from '@tensorflow/tfjs-core';
import type { NetPlan, WindowShape } from '../../domain/models/nets/contract';
import { denseOverSteps } from '../../domain/models/nets/layers/dense';
import { mambaBlock } from '../../domain/models/nets/layers/mamba-block';
import { rmsNorm } from '../../domain/models/nets/layers/rms-norm';
import { lastStep, timeMajor } from '../../domain/models/nets/layers/time-major';
import { mamba, type MambaSizes } from '../../domain/models/nets/mamba';

/**
 * Mamba that computes every step of every block and takes the last one then, as PyTorch's does: the same numbers as
 * `mamba`, by the work that both have to do.
 */
export function planFullMamba(sizes: MambaSizes, window: WindowShape): NetPlan {
  return {
    ...mamba.plan(sizes, window),
    dropoutUnits: 0,
    trunk: (parameters, windows) => {
      const embedded = denseOverSteps(parameters, 'embedding', timeMajor(windows));
      const path = Array.from({ length: sizes.layers }).reduce<tf.Tensor3D>(
        (x, _, i) => tf.add(x, mambaBlock(parameters, `block${i}`, sizes, x)),
        embedded,
      );
      return rmsNorm(parameters, 'norm', lastStep(path));
    },
  };
}
