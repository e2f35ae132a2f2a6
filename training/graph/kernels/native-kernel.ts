import * as tf from '@tensorflow/tfjs-core';
import { dtypeNumber, type NativeAttribute, type NativeBackend } from '../native-backend';

/** The name under which tfjs-node's backend is registered. */
export const NATIVE = 'tensorflow';

export function nativeBackend(backend: unknown): NativeBackend {
  return backend as NativeBackend;
}

export function typeAttribute({ binding }: NativeBackend, name: string, dtype: string): NativeAttribute {
  return { name, type: binding.TF_ATTR_TYPE, value: dtypeNumber(binding, dtype) };
}

export function boolAttribute({ binding }: NativeBackend, name: string, value: boolean): NativeAttribute {
  return { name, type: binding.TF_ATTR_BOOL, value };
}

/** Registers a kernel of the native backend, in place of any other of that name. */
export function setKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  const before = tf.getKernel(kernelName, NATIVE) as tf.KernelConfig | undefined;
  if (before !== undefined) tf.unregisterKernel(kernelName, NATIVE);
  tf.registerKernel({ ...before, kernelName, backendName: NATIVE, kernelFunc });
}

/** Registers a gradient of a kernel, for all backends, in place of any other. */
export function setGradient(config: tf.GradConfig): void {
  if ((tf.getGradient(config.kernelName) as tf.GradConfig | undefined) !== undefined)
    tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}

/** Whether the backend that tfjs uses now has a kernel of that name. */
export function hasKernel(kernelName: string): boolean {
  return (tf.getKernel(kernelName, tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;
}

/** Runs a kernel, so that it is on the tape: a gradient of a gradient then fails loudly where it has none. */
export function runKernel(kernelName: string, inputs: tf.NamedTensorMap, attrs?: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attrs);
}
