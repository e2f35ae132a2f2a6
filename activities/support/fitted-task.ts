import type { ContributionSummary } from '../../domain/core/contributions';
import type { RowPredictions } from '../../domain/core/predictions';
import type { Computed } from './stage-definition';

/** What any fit leaves, before it is written to the store. */
export interface FittedTask {
  readonly modelBytes: Uint8Array;
  readonly featureNames: readonly string[];
  readonly scaler: unknown;
  readonly importances: Float64Array | null;
  /** What its features contribute on test rows; not there where the family does not tell. */
  readonly contributions?: ContributionSummary | null;
  readonly predictions: readonly { readonly horizonBars: number; readonly rows: RowPredictions }[];
  readonly trainRows: number;
  /** Rows of synthetic series that stood beside the real ones; 0 without augmentation. */
  readonly syntheticRows: number;
  /** What a net's training was like; null for the rest. */
  readonly training: Computed['facts'][string];
  readonly checkpoints?: Computed['checkpoints'];
}
