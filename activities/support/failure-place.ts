/** Where a computation was when it failed, for whoever has to act. */
export interface FailurePlace {
  /** The worker, as its machine calls it. */
  readonly host: string;
  /** The rung it ran on, in words; null: none so far. */
  readonly rung: string | null;
  /** What the next attempt goes on from; null: from the start. */
  readonly checkpoint: { readonly step: number; readonly epoch: number; readonly ageSeconds: number } | null;
}
