import type { NetPlan, WindowShape } from '../contract';

/** What stands beside a net's sizes in its block of the configuration and is no size. */
const NO_COUNTS: ReadonlySet<string> = new Set(['dropout', 'learningRate']);

type Plan<Sizes> = (sizes: Sizes, window: WindowShape) => NetPlan;

/** The plan of a net behind `requireSizes`. */
export function checked<Sizes extends { readonly dropout: number }>(net: string, plan: Plan<Sizes>): Plan<Sizes> {
  return (sizes, window) => {
    requireSizes(net, sizes, window);
    return plan(sizes, window);
  };
}

/**
 * Throws a RangeError unless every number among the sizes is a whole number of at least 1, every list of numbers has one or
 * more of them, the dropout rate is at least 0 and below 1, and the window has bars and features.
 */
function requireSizes(net: string, sizes: { readonly dropout: number }, window: WindowShape): void {
  for (const [field, size] of Object.entries(sizes)) {
    if (NO_COUNTS.has(field)) continue;
    if (typeof size === 'number') requireCount(`${net}.${field}`, size);
    if (Array.isArray(size)) requireCountList(`${net}.${field}`, size);
  }
  if (!(sizes.dropout >= 0 && sizes.dropout < 1)) {
    throw new RangeError(`'${net}.dropout' is ${sizes.dropout}; it must be at least 0 and below 1.`);
  }
  requireCount('lookback', window.lookback);
  requireCount('features', window.features);
}

/** Throws a RangeError where an entry of the list is more than the bars of a window. */
export function requireWithinWindow(where: string, lengths: readonly number[], { lookback }: WindowShape): void {
  lengths.forEach((length, i) => {
    if (length > lookback) {
      throw new RangeError(
        `'${where}[${i}]' is ${length}, more than the ${lookback} bars of a window; choose a smaller one or a longer lookback.`,
      );
    }
  });
}

/** Throws a RangeError where `width` cannot be shared out among `heads`. */
export function requireHeads(net: string, width: number, heads: number): void {
  if (width % heads !== 0) {
    throw new RangeError(`${net}: width ${width} is no multiple of heads ${heads}; choose one that is.`);
  }
}

function requireCountList(where: string, sizes: readonly unknown[]): void {
  if (sizes.length === 0) throw new RangeError(`'${where}' is empty; name at least one.`);
  sizes.forEach((size, i) => requireCount(`${where}[${i}]`, Number(size)));
}

/** Throws a RangeError unless the size is a whole number of at least 1. `where` names net and field: `nhits.hidden`. */
function requireCount(where: string, size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`'${where}' is ${size}; it must be a whole number of at least 1.`);
  }
}
