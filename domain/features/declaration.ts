import type { BarColumns, BarField } from '../core/bars';
import type { SharedColumns } from './shared-columns';

/** Fractional differentiation as it was fitted on the first training part. */
export interface FracDiff {
  /** Order of differentiation d, 0 to 1. */
  readonly order: number;
  /** Bars of the fixed window, this one included. */
  readonly width: number;
  /** The price that logarithms are taken against, so that the unit of the price does not matter. */
  readonly referencePrice: number;
}

/** What a feature may need to know of the series beside its bars. */
export interface FeatureContext {
  /** The usual distance between two base bars, in milliseconds. */
  readonly timeframeMs: number;
  /** Base bars that make one bar of the higher timeframe; a whole number, at least 2. */
  readonly higherTimeframeMultiple: number;
  /** Base bars that make one bar of the second, still slower timeframe; a whole number above the first. */
  readonly higherTimeframeMultiple2: number;
  /** null: not fitted, and the features that need it are not there. */
  readonly fracDiff: FracDiff | null;
  /** Symbols whose bars are laid beside those of the series, in the order in which they are handed over. */
  readonly cross: readonly string[];
}

/**
 * One feature's state machine, and the only implementation of it: a stream is chunks of one bar. Memory is bounded by the
 * feature's longest window.
 */
export interface FeatureKernel {
  /**
   * Consumes the next chunk of the series and returns the value at each of its bars; NaN while warming up or where the value
   * is not defined. A value must depend on no later bar, and on nothing but the bars: how the series is cut into chunks must
   * change no byte. The column may be asked for by others as well and holds until the next call: nobody writes into it.
   */
  fill(bars: BarColumns): Float64Array;
}

export type FeatureInput = BarField | 'time';

export type FeatureFamily =
  | 'return'
  | 'volatility'
  | 'volume'
  | 'momentum'
  | 'oscillator'
  | 'trend'
  | 'bar'
  | 'calendar'
  | 'regime'
  | 'higher'
  | 'cross';

/** Which bars a feature is computed over: those of the series, or those of one of the slower timeframes. */
export type FeatureTimeframe = 'base' | 'higher' | 'higher2';

/**
 * When a feature has its first value, counted from 0 at the first bar of the series: `exact` is NaN before row `bars` and
 * has a value there (ordinary bars provided); `atMost` depends on how the bars fall into higher bars and has a value at
 * row `higherBars × multiple of its timeframe` at the latest, if no two bars are closer than the timeframe; `fracDiff` is
 * exact at the last bar of the first fitted window.
 */
export type WarmUp =
  | { readonly kind: 'exact'; readonly bars: number }
  | { readonly kind: 'atMost'; readonly higherBars: number }
  | { readonly kind: 'fracDiff' };

/**
 * What a value remembers. `window`: the bars since the warm-up began and nothing before them, so that a series begun later
 * gives the same bytes from its own warm-up on. `decaying`: recursive averages; what began the series fades (below 1e-8
 * after 3000 bars, or 190 of a slower clock) and never ends wholly.
 */
export type FeatureMemory = 'window' | 'decaying';

/** One row of the table of features. */
export interface FeatureDeclaration {
  readonly name: string;
  readonly family: FeatureFamily;
  /** The columns that the feature reads; no other column changes its value. */
  readonly inputs: readonly FeatureInput[];
  readonly warmUp: WarmUp;
  readonly memory: FeatureMemory;
  readonly timeframe: FeatureTimeframe;
  /** The formula in one line, with what stands where it is not defined. */
  readonly definition: string;
  readonly source: string;
  /** `shared` belongs to the same series, and its features are asked chunk by chunk together. */
  create(context: FeatureContext, shared: SharedColumns): FeatureKernel;
}

/** State machine of a feature of two symbols. `joined` holds the other's bars as of each bar of the chunk (`AsOfJoin`). */
export interface CrossKernel {
  /** As `FeatureKernel.fill`; `joined` is as long as `bars`. */
  fill(bars: BarColumns, joined: BarColumns): Float64Array;
}

/** A feature of the series beside another symbol; one column for each symbol, named `feature:SYMBOL`. */
export interface CrossFeatureDeclaration extends Omit<FeatureDeclaration, 'create'> {
  /** The columns that it reads of the other symbol. */
  readonly otherInputs: readonly FeatureInput[];
  create(context: FeatureContext, shared: SharedColumns): CrossKernel;
}

/** The first row that is sure to have a value, see `WarmUp`. */
export function warmUpBars(
  declaration: Pick<FeatureDeclaration, 'warmUp' | 'timeframe'>,
  context: FeatureContext,
): number {
  const { warmUp, timeframe } = declaration;
  switch (warmUp.kind) {
    case 'exact':
      return warmUp.bars;
    case 'atMost':
      return warmUp.higherBars * multipleOf(timeframe, context);
    case 'fracDiff':
      return (context.fracDiff?.width ?? 1) - 1;
  }
}

/** Base bars in one bar of a timeframe. */
export function multipleOf(timeframe: FeatureTimeframe, context: FeatureContext): number {
  switch (timeframe) {
    case 'base':
      return 1;
    case 'higher':
      return context.higherTimeframeMultiple;
    case 'higher2':
      return context.higherTimeframeMultiple2;
  }
}
