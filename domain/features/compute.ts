import { barCount, sliceBars, type BarColumns } from '../core/bars';
import { fail, ok, type Result } from '../core/result';
import type { FracDiff, FeatureContext } from './declaration';
import { CROSS_FEATURES } from './families/cross';
import { PIECE_ROWS } from './piece-rows';
import { createSharedColumns, type SharedColumns } from './shared-columns';
import { FEATURE_TABLE } from './table';

/** Computes chosen features over one series, chunk by chunk. */
export interface FeatureComputer {
  /** Names of the columns, in their order. */
  readonly names: readonly string[];
  /**
   * Consumes the next chunk of the series and returns one column per feature, each as long as the chunk. NaN stands
   * wherever there is no value (always the same NaN bits, never an infinity). How the series is cut into chunks does not
   * change a byte. `joined` are the bars of the symbols of `context.cross`, in that order and row for row with `bars`.
   */
  push(bars: BarColumns, joined?: readonly BarColumns[]): Float64Array[];
}

/** One column, and a state machine for a series. */
interface Column {
  readonly name: string;
  create(shared: SharedColumns): (bars: BarColumns, joined: readonly BarColumns[]) => Float64Array;
}

/**
 * Prepares the named features for one series; null: all that the context has what they need for. The name of a feature of
 * two symbols stands for its columns of all of them; `feature:SYMBOL` for one.
 *
 * @returns the computer, its columns in the order of `names`; or the fault `InvalidConfig` for an unknown or repeated
 * name, an empty list, or an impossible context.
 */
export function createFeatureComputer(
  names: readonly string[] | null,
  context: FeatureContext,
): Result<FeatureComputer> {
  const chosen = chooseColumns(names, context);
  if (!chosen.ok) return chosen;
  const shared = createSharedColumns();
  const kernels = chosen.value.map((column) => column.create(shared));
  return ok({
    names: chosen.value.map((column) => column.name),
    push: (bars, joined = []) => {
      if (joined.length !== context.cross.length)
        throw new RangeError(`${joined.length} series were joined for ${context.cross.length} symbols`);
      return fillColumns(kernels, bars, joined);
    },
  });
}

/** All features piece by piece, so that what they are made of is still in the processor's cache. */
function fillColumns(
  kernels: readonly ReturnType<Column['create']>[],
  bars: BarColumns,
  joined: readonly BarColumns[],
): Float64Array[] {
  const rows = barCount(bars);
  const columns = kernels.map(() => new Float64Array(rows));
  for (let from = 0; from < rows; from += PIECE_ROWS) {
    const to = Math.min(from + PIECE_ROWS, rows);
    const piece = sliceBars(bars, from, to);
    const others = joined.map((other) => sliceBars(other, from, to));
    for (const [i, fill] of kernels.entries()) copyFinite(fill(piece, others), columns[i]?.subarray(from, to));
  }
  return columns;
}

function copyFinite(values: Float64Array, column = new Float64Array(0)): void {
  for (let row = 0; row < column.length; row += 1) {
    const value = values[row] ?? NaN;
    // The sign of a computed NaN depends on processor and compiler; one constant keeps the bytes the same.
    column[row] = Number.isFinite(value) ? value : NaN;
  }
}

function chooseColumns(names: readonly string[] | null, context: FeatureContext): Result<readonly Column[]> {
  const contextFault = faultOfContext(context);
  if (contextFault !== null) return fail('InvalidConfig', contextFault, { ...context });
  const known = new Map(availableColumns(context).map((column) => [column.name, column]));
  if (names === null) return ok([...known.values()]);
  if (names.length === 0)
    return fail('InvalidConfig', 'features: no name was given; give at least one, or null for all.');
  const lacking = names.filter((name) => !known.has(name)).flatMap((name) => whatIsLacking(name, context) ?? []);
  if (lacking[0] !== undefined) return fail('InvalidConfig', `features: ${lacking[0]}.`, { names });
  const wanted = names.flatMap((name) => columnNames(name, context));
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const message = `features: unknown ${quoted(unknown)}; known are ${quoted([...known.keys()])}.`;
    return fail('InvalidConfig', message, { unknown, known: [...known.keys()] });
  }
  const repeated = wanted.filter((name, i) => wanted.indexOf(name) !== i);
  if (repeated.length > 0) {
    return fail('InvalidConfig', `features: ${quoted(repeated)} given twice; name each feature once.`, { repeated });
  }
  return ok(wanted.flatMap((name) => known.get(name) ?? []));
}

/** Every column whose needs the context meets. */
function availableColumns(context: FeatureContext): readonly Column[] {
  const own = FEATURE_TABLE.filter(({ warmUp }) => warmUp.kind !== 'fracDiff' || context.fracDiff !== null);
  return [
    ...own.map((feature) => ({
      name: feature.name,
      create: (shared: SharedColumns) => {
        const kernel = feature.create(context, shared);
        return (bars: BarColumns) => kernel.fill(bars);
      },
    })),
    ...context.cross.flatMap((symbol, index) =>
      CROSS_FEATURES.map((feature) => ({
        name: `${feature.name}:${symbol}`,
        create: (shared: SharedColumns) => {
          const kernel = feature.create(context, shared);
          return (bars: BarColumns, joined: readonly BarColumns[]) => kernel.fill(bars, joined[index] ?? bars);
        },
      })),
    ),
  ];
}

/** The columns that a name stands for. */
function columnNames(name: string, { cross }: FeatureContext): readonly string[] {
  return isCross(name) ? cross.map((symbol) => `${name}:${symbol}`) : [name];
}

/** Why a feature that is declared is not there; null for one that nobody declared. */
function whatIsLacking(name: string, { cross }: FeatureContext): string | null {
  const [declared = '', symbol] = splitAt(name, ':');
  if (FEATURE_TABLE.some((feature) => feature.name === name && feature.warmUp.kind === 'fracDiff'))
    return `'${name}' needs features.fracDiff.enabled`;
  if (!isCross(declared)) return null;
  if (symbol === undefined) return cross.length === 0 ? `'${name}' needs a symbol under features.cross` : null;
  return `'${name}' needs '${symbol}' under features.cross`;
}

function splitAt(text: string, mark: string): readonly string[] {
  const index = text.indexOf(mark);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + mark.length)];
}

function isCross(name: string): boolean {
  return CROSS_FEATURES.some((feature) => feature.name === name);
}

function faultOfContext(context: FeatureContext): string | null {
  const { timeframeMs, higherTimeframeMultiple, higherTimeframeMultiple2, fracDiff, cross } = context;
  if (!Number.isInteger(timeframeMs) || timeframeMs <= 0) {
    return `features: the timeframe must be a positive whole number of milliseconds, got ${timeframeMs}.`;
  }
  if (!Number.isInteger(higherTimeframeMultiple) || higherTimeframeMultiple < 2) {
    return `features: higherTimeframeMultiple must be a whole number of at least 2, got ${higherTimeframeMultiple}.`;
  }
  if (!Number.isInteger(higherTimeframeMultiple2) || higherTimeframeMultiple2 <= higherTimeframeMultiple) {
    return `features: higherTimeframeMultiple2 must be a whole number above higherTimeframeMultiple (${higherTimeframeMultiple}), got ${higherTimeframeMultiple2}.`;
  }
  const repeated = cross.filter((symbol, i) => cross.indexOf(symbol) !== i);
  if (repeated.length > 0) return `features: cross names ${quoted(repeated)} twice; name each symbol once.`;
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
