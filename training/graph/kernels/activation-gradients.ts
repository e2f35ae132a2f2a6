import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, nativeBackend, runKernel, setGradient, setKernel, typeAttribute } from './native-kernel';

/** An operation of TensorFlow for the gradient of a function of one tensor, and what it takes besides the slope. */
interface FusedGradient {
  readonly kernelName: string;
  readonly input: string;
  readonly op: string;
  readonly takes: 'input' | 'output';
  /** Whether the op takes the slope first, as ReluGrad does, or last, as SigmoidGrad does. */
  readonly slopeFirst: boolean;
}

const FUSED: readonly FusedGradient[] = [
  { kernelName: tf.Relu, input: 'x', op: 'ReluGrad', takes: 'output', slopeFirst: true },
  { kernelName: tf.Elu, input: 'x', op: 'EluGrad', takes: 'output', slopeFirst: true },
  { kernelName: tf.Softplus, input: 'x', op: 'SoftplusGrad', takes: 'input', slopeFirst: true },
  { kernelName: tf.Sigmoid, input: 'x', op: 'SigmoidGrad', takes: 'output', slopeFirst: false },
  { kernelName: tf.Tanh, input: 'x', op: 'TanhGrad', takes: 'output', slopeFirst: false },
  { kernelName: tf.Rsqrt, input: 'x', op: 'RsqrtGrad', takes: 'output', slopeFirst: false },
  { kernelName: tf.Sqrt, input: 'x', op: 'SqrtGrad', takes: 'output', slopeFirst: false },
];

/**
 * Gradients that TensorFlow has an operation for, in place of the two to six elementwise ones that tfjs makes of them. Relu's
 * takes the output, which is positive exactly where the input is; its input need not be kept then.
 */
export function installActivationGradients(): void {
  for (const fused of FUSED) installFused(fused);
}

function installFused({ kernelName, input, op, takes, slopeFirst }: FusedGradient): void {
  const stock = tf.getGradient(kernelName);
  // Under a name of its own: tfjs has kernels of the op's name for some, with other inputs.
  const gradientKernel = `Fused${op}`;
  setKernel(gradientKernel, ({ inputs, backend }) => {
    const { slope, kept } = inputs as { slope: tf.Tensor; kept: tf.Tensor };
    const native = nativeBackend(backend);
    return native.executeSingleOutput(
      op,
      [typeAttribute(native, 'T', kept.dtype)],
      slopeFirst ? [slope, kept] : [kept, slope],
    );
  });
  setGradient({
    kernelName,
    inputsToSave: [input],
    outputsToSave: [true],
    gradFunc: (slope, saved, attrs) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor];
      if (!hasKernel(gradientKernel)) return stock.gradFunc(slope, stock.inputsToSave === undefined ? [y] : [x], attrs);
      const kept = takes === 'input' ? x : y;
      return { [input]: () => runKernel(gradientKernel, { slope: slope as tf.Tensor, kept }) };
    },
  });
}
