import type { FoldPart } from './folds';
import type { Matrix } from './matrix';

/** Numbers of the parts of a fold that are predicted. Training rows never are. */
export const PREDICTED_PARTS = { stopping: 1, choosing: 2, test: 3 } as const satisfies Partial<
  Record<FoldPart, number>
>;

/** Out-of-fold probabilities by row number of the bars: part by part, ascending by row within a part. */
export interface RowPredictions {
  readonly row: Int32Array;
  /** One of PREDICTED_PARTS. */
  readonly part: Int8Array;
  /** (rows x CLASS_COUNT); NaN where a feature is missing. Rows without a class are predicted too. */
  readonly probabilities: Matrix;
}

/** Calibrated test rows of all folds, by backtest path and then by row. */
export interface PathPredictions extends RowPredictions {
  /** The backtest path that each row belongs to: all 0 where every row is tested once. */
  readonly path: Int32Array;
}
