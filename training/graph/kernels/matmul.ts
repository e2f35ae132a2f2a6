import * as tf from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../native-backend';
import { boolAttribute, nativeBackend, setKernel, typeAttribute } from './native-kernel';

/**
 * Products of two matrices as TensorFlow's MatMul: tfjs-node makes BatchMatMulV2 of them all, which is slower on the processor
 * and not fused with a bias. Products of stacks of matrices over one stack only: oneDNN is slower with several leading axes.
 */
export function installMatMul(): void {
  setKernel(tf.BatchMatMul, ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as { a: tf.Tensor; b: tf.Tensor };
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const native = nativeBackend(backend);
    if (a.shape.length === 2 && b.shape.length === 2) return matMul(native, a, b, transposeA, transposeB);
    const stack = a.shape.slice(0, -2);
    if (a.shape.length > 3 && tf.util.arraysEqual(stack, b.shape.slice(0, -2)))
      return oneStack(native, stack, a, b, transposeA, transposeB);
    return batchMatMul(native, a, b, transposeA, transposeB);
  });
}

function matMul(native: NativeBackend, a: tf.Tensor, b: tf.Tensor, ofA: boolean, ofB: boolean): tf.Tensor {
  const attributes = [
    typeAttribute(native, 'T', a.dtype),
    boolAttribute(native, 'transpose_a', ofA),
    boolAttribute(native, 'transpose_b', ofB),
  ];
  return native.executeSingleOutput('MatMul', attributes, [a, b]);
}

function batchMatMul(native: NativeBackend, a: tf.Tensor, b: tf.Tensor, ofA: boolean, ofB: boolean): tf.Tensor {
  const attributes = [
    typeAttribute(native, 'T', a.dtype),
    boolAttribute(native, 'adj_x', ofA),
    boolAttribute(native, 'adj_y', ofB),
  ];
  return native.executeSingleOutput('BatchMatMulV2', attributes, [a, b]);
}

function oneStack(
  native: NativeBackend,
  stack: readonly number[],
  a: tf.Tensor,
  b: tf.Tensor,
  ofA: boolean,
  ofB: boolean,
): tf.Tensor {
  const matrices = tf.util.sizeFromShape([...stack]);
  return tf.tidy(() => {
    const [a3, b3] = [a, b].map((x) => tf.reshape(x, [matrices, ...x.shape.slice(-2)])) as [tf.Tensor, tf.Tensor];
    const product = batchMatMul(native, a3, b3, ofA, ofB);
    return tf.reshape(product, [...stack, ...product.shape.slice(-2)]);
  });
}
