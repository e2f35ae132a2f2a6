import * as tf from '@tensorflow/tfjs-core';
import type { NetPlan, Parameters, WindowShape } from '../../domain/models/nets/contract';
import { dense, parameter } from '../../domain/models/nets/layers/dense';
import { convolveSteps, lastSteps } from '../../domain/models/nets/layers/dilated-convolution';
import { lstmLayer } from '../../domain/models/nets/layers/lstm-layer';
import { mambaBlock } from '../../domain/models/nets/layers/mamba-block';
import { featureMajor } from '../../domain/models/nets/layers/recurrent';
import { rmsNorm } from '../../domain/models/nets/layers/rms-norm';
import { flattened, lastStep, timeMajor } from '../../domain/models/nets/layers/time-major';
import { lstmMamba, type LstmMambaSizes } from '../../domain/models/nets/lstm-mamba';
import { tcn, type TcnSizes } from '../../domain/models/nets/tcn';

/** The TCN with every step of every block computed, as convolutions of PyTorch and Keras do; equal numbers. */
export function planWholeTcn(sizes: TcnSizes, window: WindowShape): NetPlan {
  return {
    ...tcn.plan(sizes, window),
    trunk: (parameters, windows) => {
      const path = Array.from({ length: sizes.blocks }).reduce<tf.Tensor3D>(
        (x, _, i) => wholeBlock(parameters, `block${i}`, sizes.channels, 2 ** i, x),
        timeMajor(windows),
      );
      return lastStep(path);
    },
  };
}

/** (steps x batch x width) -> (steps x batch x channels). */
function wholeBlock(
  parameters: Parameters,
  name: string,
  channels: number,
  dilation: number,
  x: tf.Tensor3D,
): tf.Tensor3D {
  const convolve = (part: string, input: tf.Tensor3D): tf.Tensor3D => {
    const convolved = dilated(input, normalisedKernel(parameters, `${name}.${part}`), dilation);
    return tf.relu(tf.add<tf.Tensor3D>(convolved, parameter(parameters, `${name}.${part}.bias`)));
  };
  const changed = convolve('second', convolve('first', x));
  const [steps, batch, width] = x.shape;
  if (width === channels) return tf.relu(tf.add<tf.Tensor3D>(changed, x));
  const passed = dense(parameters, `${name}.residual`, flattened(x));
  return tf.relu(tf.add<tf.Tensor3D>(changed, tf.reshape(passed, [steps, batch, channels])));
}

/** Steps that are one dilation apart follow one another when the others are taken for more of the batch. */
function dilated(x: tf.Tensor3D, kernel: tf.Tensor3D, dilation: number): tf.Tensor3D {
  const [steps, batch, width] = x.shape;
  const rows = Math.ceil(steps / dilation);
  const padded = lastSteps(x, rows * dilation);
  const apart = convolveSteps(tf.reshape(padded, [rows, dilation * batch, width]), kernel, 1, rows);
  return lastSteps(tf.reshape(apart, [rows * dilation, batch, kernel.shape[2]]), steps);
}

function normalisedKernel(parameters: Parameters, name: string): tf.Tensor3D {
  const direction = parameter(parameters, `${name}.direction`) as tf.Tensor3D;
  const perLength = tf.rsqrt(tf.sum(tf.square(direction), [0, 1]));
  return tf.mul(direction, tf.mul(parameter(parameters, `${name}.gain`), perLength));
}

/** The LSTM-Mamba hybrid with every step of its last block computed; equal numbers. */
export function planWholeLstmMamba(sizes: LstmMambaSizes, window: WindowShape): NetPlan {
  return {
    ...lstmMamba.plan(sizes, window),
    trunk: (parameters, windows) => {
      const hidden = lstmLayer.sequence(parameters, 'lstm', featureMajor(windows));
      const projected = dense(parameters, 'projection', flattened(tf.transpose(hidden, [0, 2, 1])));
      const path = Array.from({ length: sizes.layers }).reduce<tf.Tensor3D>(
        (x, _, i) => tf.add(x, mambaBlock(parameters, `block${i}`, sizes, x)),
        tf.reshape(projected, [window.lookback, windows.shape[0], sizes.width]),
      );
      return rmsNorm(parameters, 'norm', lastStep(path));
    },
  };
}
