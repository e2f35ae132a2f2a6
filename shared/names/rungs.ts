/** A step down after a failure of a kind that can be trained around. */
export interface Rung {
  readonly cause: 'OutOfMemory' | 'DeviceFailure' | 'NumericalFailure';
  /** Windows in memory at once from here on; the effective batch stays what the configuration says. */
  readonly microBatch: number;
  /** Factor on the learning rate from here on: halved by each NumericalFailure. */
  readonly learningRateScale: number;
  readonly device: 'cpu' | 'gpu';
  /** Updates done when it happened, as far as is known. */
  readonly atStep: number;
  /** One sentence for people. */
  readonly note: string;
}
