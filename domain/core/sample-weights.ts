import type { Result } from './result';

/**
 * Weighs the rows that a fit learns from (row numbers, ascending): one weight each, finite, not negative, of mean 1. It is
 * asked at the fit, with the training rows of the fold, and looks at no other row.
 */
export type SampleWeigher = (rows: Int32Array) => Result<Float64Array>;
