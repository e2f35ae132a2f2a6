import * as tf from '@tensorflow/tfjs-core';
import { dtypeNumber, type NativeBackend } from './native-backend';

/**
 * tfjs-node's kernel for GatherV2 less its check of the indices, which reads them and so cannot be traced. TensorFlow
 * itself checks them where the graph runs on the processor.
 */
export const gatherWithoutReading: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, indices } = inputs as { x: tf.Tensor; indices: tf.Tensor };
  const { axis, batchDims } = attrs as { axis: number; batchDims: number };
  const native = backend as unknown as NativeBackend;
  tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
  const { binding } = native;
  const types = [
    { name: 'Tparams', type: binding.TF_ATTR_TYPE, value: dtypeNumber(binding, x.dtype) },
    { name: 'Tindices', type: binding.TF_ATTR_TYPE, value: dtypeNumber(binding, indices.dtype) },
    { name: 'Taxis', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
    { name: 'batch_dims', type: binding.TF_ATTR_INT, value: batchDims },
  ];
  const axisTensor = tf.scalar(axis, 'int32');
  const result = native.executeSingleOutput('GatherV2', types, [x, indices, axisTensor]);
  axisTensor.dispose();
  return result;
};
