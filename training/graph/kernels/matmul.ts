import * as tf from '@tensorflow/tfjs-core';
import { boolAttribute, nativeBackend, setKernel, typeAttribute } from './native-kernel';

/**
 * Products of two matrices as TensorFlow's MatMul. tfjs-node makes BatchMatMulV2 of them all, which is slower on the
 * processor and not fused with a bias.
 */
export function installMatMul(): void {
  setKernel(tf.BatchMatMul, ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as { a: tf.Tensor; b: tf.Tensor };
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const native = nativeBackend(backend);
    const [op, nameA, nameB] =
      a.shape.length === 2 && b.shape.length === 2
        ? ['MatMul', 'transpose_a', 'transpose_b']
        : ['BatchMatMulV2', 'adj_x', 'adj_y'];
    const types = [
      typeAttribute(native, 'T', a.dtype),
      boolAttribute(native, nameA as string, transposeA),
      boolAttribute(native, nameB as string, transposeB),
    ];
    return native.executeSingleOutput(op as string, types, [a, b]);
  });
}
