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

/** What is to be done after a fit failed, in the details of its activity's failure. */
export interface StepDown {
  /** All steps down so far with the new one last: the checkpoint may know of more than this run. */
  readonly rungs: readonly Rung[];
  /** Where the failed execution left its checkpoints. */
  readonly checkpointKey: string;
}
