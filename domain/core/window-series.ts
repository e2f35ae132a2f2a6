/**
 * Features of a series in time order, ready to be looked at through windows: one contiguous matrix, of which a window is
 * `lookback` consecutive rows and is never stored apart.
 */
export interface WindowSeries {
  /** (rows x columns), row-major, scaled; 0 where a feature is missing (such rows are in no window). */
  readonly features: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /**
   * By row: how many consecutive usable rows end there (0: this row is unusable). A run ends at a missing feature and at a
   * gap in time. The window of `lookback` rows that ends at row t is whole where `runLength[t] >= lookback`.
   */
  readonly runLength: Int32Array;
}
