/** How the sentences about TensorFlow begin and what they offer instead, the same in every file. */
export const NOT_SET_UP = 'TensorFlow is not set up';
export const INSTEAD = 'point CANDLEWICK_TENSORFLOW_BINDING at a tfjs_binding.node';
