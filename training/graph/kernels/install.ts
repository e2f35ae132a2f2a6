import * as tf from '@tensorflow/tfjs-core';
import { installActivationGradients } from './activation-gradients';
import { installCumsum } from './cumsum';
import { installExtremumGradients } from './extremum-gradients';
import { installLeadingSum } from './leading-sum';
import { installMatMul } from './matmul';
import { NATIVE } from './native-kernel';
import { installReductionGradients } from './reduction-gradients';
import { installSameTensor } from './same-tensor';
import { installSoftplus } from './softplus';

const INSTALLED = 'FasterKernelsInstalled';

/**
 * Puts faster kernels and gradients in the place of some of tfjs's and tfjs-node's, for this process; a second call changes
 * nothing. Kernels are the native backend's; gradients, which tfjs has for all backends together, do as before on another.
 * To be called once tfjs-node's kernels are registered and before a program is made.
 */
export function installFasterKernels(): void {
  if ((tf.getKernel(INSTALLED, NATIVE) as tf.KernelConfig | undefined) !== undefined) return;
  installMatMul();
  installSameTensor();
  installLeadingSum();
  installExtremumGradients();
  installActivationGradients();
  installReductionGradients();
  installCumsum();
  installSoftplus();
  tf.registerKernel({ kernelName: INSTALLED, backendName: NATIVE, kernelFunc: () => [] });
}
