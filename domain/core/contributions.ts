/** How a feature moves the score of one class. */
export interface ClassContribution {
  /** Mean absolute contribution to the raw score of the class (log-odds, before the softmax). */
  readonly size: number;
  /**
   * Spearman correlation of the feature's value with its contribution, in [-1, 1]: above 0 a high value speaks for the
   * class. null where either never changes.
   */
  readonly direction: number | null;
}

export interface FeatureContribution {
  readonly feature: string;
  readonly down: ClassContribution;
  readonly up: ClassContribution;
}

/** What the features contribute to the scores of a model, over the rows that were looked at. */
export interface ContributionSummary {
  readonly rows: number;
  readonly features: readonly FeatureContribution[];
}
