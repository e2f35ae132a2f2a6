import type { BarColumns, BarField } from '../core/bars';

/** What a feature may need to know of the series beside its bars. */
export interface FeatureContext {
  /** The usual distance between two base bars, in milliseconds. */
  readonly timeframeMs: number;
  /** Base bars that make one bar of the higher timeframe; a whole number, at least 2. */
  readonly higherTimeframeMultiple: number;
}

/**
 * One feature's state machine, and the only implementation of it: a batch is a loop over `push`, so batch and stream give
 * the same bytes. Memory is bounded by the feature's longest window.
 */
export interface FeatureKernel {
  /**
   * Consumes the bar at `row` of the chunk and returns the value at that bar; NaN while warming up or where the value is
   * not defined. Must be called once for every bar of the series, in order, and must read no other row.
   */
  push(bars: BarColumns, row: number): number;
}

export type FeatureInput = BarField | 'time';

export const FEATURE_FAMILIES = ['return', 'volatility', 'momentum', 'trend', 'bar', 'calendar', 'higher'] as const;
export type FeatureFamily = (typeof FEATURE_FAMILIES)[number];

/**
 * When a feature has its first value, counted from 0 at the first bar of the series: `exact` is NaN before row `bars` and
 * has a value there (ordinary bars provided); `atMost` depends on how the bars fall into higher bars and has a value at
 * row `higherBars × higherTimeframeMultiple` at the latest, if no two bars are closer than the timeframe.
 */
export type WarmUp =
  { readonly kind: 'exact'; readonly bars: number } | { readonly kind: 'atMost'; readonly higherBars: number };

/** One row of the table of features. */
export interface FeatureDeclaration {
  readonly name: string;
  readonly family: FeatureFamily;
  /** The columns that the feature reads; no other column changes its value. */
  readonly inputs: readonly FeatureInput[];
  readonly warmUp: WarmUp;
  readonly timeframe: 'base' | 'higher';
  /** The formula in one line, with what stands where it is not defined. */
  readonly definition: string;
  readonly source: string;
  create(context: FeatureContext): FeatureKernel;
}

/** The first row that is sure to have a value, see `WarmUp`. */
export function warmUpBars(declaration: FeatureDeclaration, context: FeatureContext): number {
  const { warmUp } = declaration;
  switch (warmUp.kind) {
    case 'exact':
      return warmUp.bars;
    case 'atMost':
      return warmUp.higherBars * context.higherTimeframeMultiple;
  }
}
