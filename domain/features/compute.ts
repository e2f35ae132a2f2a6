import { barCount, type BarColumns } from '../core/bars';
import { fail, ok, type Result } from '../core/result';
import {
  warmUpBars,
  type FracDiff,
  type FeatureContext,
  type FeatureDeclaration,
  type FeatureKernel,
} from './declaration';
import { FEATURE_TABLE } from './table';

/** Computes chosen features over one series, chunk by chunk. */
export interface FeatureComputer {
  /** Names of the columns, in their order. */
  readonly names: readonly string[];
  /**
   * Consumes the next chunk of the series and returns one column per feature, each as long as the chunk. NaN stands
   * wherever there is no value (always the same NaN bits, never an infinity). How the series is cut into chunks does not
   * change a byte.
   */
  push(bars: BarColumns): Float64Array[];
}

/**
 * Prepares the named features (null: all of the table) for one series.
 *
 * @returns the computer, its columns in the order of `names`; or the fault `InvalidConfig` for an unknown or repeated
 * name, an empty list, or an impossible context.
 */
export function createFeatureComputer(
  names: readonly string[] | null,
  context: FeatureContext,
): Result<FeatureComputer> {
  const chosen = chooseFeatures(names, context);
  if (!chosen.ok) return chosen;
  const kernels = chosen.value.map((feature) => feature.create(context));
  return ok({
    names: chosen.value.map((feature) => feature.name),
    push: (bars) => kernels.map((kernel) => runKernel(kernel, bars)),
  });
}

/**
 * The first row of a series at which every named feature (null: all) is sure to have a value on ordinary bars.
 *
 * @returns a row number from 0, or the faults of `createFeatureComputer`.
 */
export function longestWarmUp(names: readonly string[] | null, context: FeatureContext): Result<number> {
  const chosen = chooseFeatures(names, context);
  if (!chosen.ok) return chosen;
  return ok(Math.max(...chosen.value.map((feature) => warmUpBars(feature, context))));
}

function runKernel(kernel: FeatureKernel, bars: BarColumns): Float64Array {
  const column = new Float64Array(barCount(bars));
  for (let row = 0; row < column.length; row += 1) {
    const value = kernel.push(bars, row);
    // The sign of a computed NaN depends on processor and compiler; one constant keeps the bytes the same.
    column[row] = Number.isFinite(value) ? value : NaN;
  }
  return column;
}

function chooseFeatures(
  names: readonly string[] | null,
  context: FeatureContext,
): Result<readonly FeatureDeclaration[]> {
  const contextFault = faultOfContext(context);
  if (contextFault !== null) return fail('InvalidConfig', contextFault, { ...context });
  const known = new Map(
    FEATURE_TABLE.filter((feature) => isAvailable(feature, context)).map((feature) => [feature.name, feature]),
  );
  if (names === null) return ok([...known.values()]);
  if (names.length === 0)
    return fail('InvalidConfig', 'features: no name was given; give at least one, or null for all.');
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const message = `features: unknown ${quoted(unknown)}; known are ${quoted([...known.keys()])}.`;
    return fail('InvalidConfig', message, { unknown, known: [...known.keys()] });
  }
  const repeated = names.filter((name, i) => names.indexOf(name) !== i);
  if (repeated.length > 0) {
    return fail('InvalidConfig', `features: ${quoted(repeated)} given twice; name each feature once.`, { repeated });
  }
  return ok(names.flatMap((name) => known.get(name) ?? []));
}

/** Whether what the feature needs beside the bars is there. */
function isAvailable({ warmUp }: FeatureDeclaration, { fracDiff }: FeatureContext): boolean {
  return warmUp.kind !== 'fracDiff' || fracDiff !== null;
}

function faultOfContext(context: FeatureContext): string | null {
  const { timeframeMs, higherTimeframeMultiple, higherTimeframeMultiple2, fracDiff } = context;
  if (!Number.isInteger(timeframeMs) || timeframeMs <= 0) {
    return `features: the timeframe must be a positive whole number of milliseconds, got ${timeframeMs}.`;
  }
  if (!Number.isInteger(higherTimeframeMultiple) || higherTimeframeMultiple < 2) {
    return `features: higherTimeframeMultiple must be a whole number of at least 2, got ${higherTimeframeMultiple}.`;
  }
  if (!Number.isInteger(higherTimeframeMultiple2) || higherTimeframeMultiple2 <= higherTimeframeMultiple) {
    return `features: higherTimeframeMultiple2 must be a whole number above higherTimeframeMultiple (${higherTimeframeMultiple}), got ${higherTimeframeMultiple2}.`;
  }
  return fracDiff === null ? null : faultOfFracDiff(fracDiff);
}

function faultOfFracDiff({ order, width, referencePrice }: FracDiff): string | null {
  if (!(order >= 0 && order <= 1)) return `features: the order of fracDiff must lie between 0 and 1, got ${order}.`;
  if (!Number.isInteger(width) || width < 2) {
    return `features: the width of fracDiff must be a whole number of at least 2, got ${width}.`;
  }
  if (!(referencePrice > 0)) return `features: the reference price of fracDiff must be above 0, got ${referencePrice}.`;
  return null;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
