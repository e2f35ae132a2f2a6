import { emptyBars, type BarColumns } from '../core/bars';
import { DAY_MS } from '../core/durations';
import { fail, ok, type Result } from '../core/result';
import { countRows, type RowRange } from '../core/rows';

/**
 * Bars of a training part by their shape, which has no level: any bar may stand behind any other. All columns are parallel,
 * prices in logarithms.
 */
export interface BarShapes {
  /** Close instants of the bars, ascending: the slots that synthetic bars are put into. */
  readonly time: Float64Array;
  /** From the close before to the open. */
  readonly gap: Float64Array;
  /** From the open to the close. */
  readonly body: Float64Array;
  /** From the higher of open and close up to the high, and from the lower down to the low; not negative. */
  readonly above: Float64Array;
  readonly below: Float64Array;
  /** Volume over `volumeLevel`. */
  readonly volumeRatio: Float64Array;
  /** Mean volume of the training bars of the month before and of the bar itself: what the slot usually sees. */
  readonly volumeLevel: Float64Array;
  /** Ascending places at which a range of rows begins: the bar before was no neighbour in time. */
  readonly starts: readonly number[];
  /** The close that a synthetic series begins behind. */
  readonly startPrice: number;
}

const VOLUME_LEVEL_MS = 30 * DAY_MS;

/**
 * The shapes of the bars in `ranges` (ascending, of one training part). A range's first bar has no close before it inside
 * the range and only lends its close, so no bar outside the ranges is looked at.
 *
 * @returns `InvalidAugmentation` where no two neighbouring bars are left or a price is not positive
 */
export function shapesOf(bars: BarColumns, ranges: readonly RowRange[]): Result<BarShapes> {
  const wide = ranges.filter(([from, to]) => to - from > 1);
  const count = countRows(wide) - wide.length;
  const [first] = wide;
  if (first === undefined) {
    return fail(
      'InvalidAugmentation',
      'The training part has no two neighbouring bars, so nothing can be resampled; lengthen it, or set augmentation.kind to none.',
    );
  }
  const column = (): Float64Array => new Float64Array(count);
  const shapes = { time: column(), gap: column(), body: column(), above: column(), below: column() };
  const volume = column();
  const starts: number[] = [];
  let at = 0;
  for (const [from, to] of wide) {
    starts.push(at);
    for (let row = from + 1; row < to; row += 1) {
      const [open, close] = [bars.open[row] ?? NaN, bars.close[row] ?? NaN];
      const [high, low] = [bars.high[row] ?? NaN, bars.low[row] ?? NaN];
      shapes.time[at] = bars.time[row] ?? NaN;
      shapes.gap[at] = Math.log(open / (bars.close[row - 1] ?? NaN));
      shapes.body[at] = Math.log(close / open);
      shapes.above[at] = Math.max(0, Math.log(high / Math.max(open, close)));
      shapes.below[at] = Math.max(0, Math.log(Math.min(open, close) / low));
      volume[at] = bars.volume[row] ?? NaN;
      at += 1;
    }
  }
  const { gap, body, above, below } = shapes;
  const unusable = gap.findIndex((value, i) => [value, body[i], above[i], below[i]].some((x) => !Number.isFinite(x)));
  if (unusable >= 0) {
    const when = new Date(shapes.time[unusable] ?? 0).toISOString();
    return fail(
      'InvalidAugmentation',
      `The bar that closes at ${when} has a price that is not positive, so it has no shape; drop such bars (clean.nonPositivePrices), or set augmentation.kind to none.`,
    );
  }
  const volumeLevel = meansOverTime(shapes.time, volume, VOLUME_LEVEL_MS);
  const volumeRatio = volume.map((value, i) => ((volumeLevel[i] ?? 0) > 0 ? value / (volumeLevel[i] ?? NaN) : 0));
  return ok({ ...shapes, volumeRatio, volumeLevel, starts, startPrice: bars.close[first[0]] ?? NaN });
}

/** The log return of each bar from the close before. */
export function logReturns({ gap, body }: BarShapes): Float64Array {
  return gap.map((value, i) => value + (body[i] ?? NaN));
}

/** Closes of the training bars, their ranges put behind one another as if nothing lay between. */
export function splicedCloses(shapes: BarShapes): Float64Array {
  let level = Math.log(shapes.startPrice);
  return logReturns(shapes).map((move) => Math.exp((level += move)));
}

/** One bar to come, in logarithms from the close before. */
export interface DrawnShape {
  readonly gap: number;
  readonly body: number;
  readonly above: number;
  readonly below: number;
  /** Times the level of the slot. */
  readonly volumeRatio: number;
}

/** Puts a bar into each of the slots, one behind the other: `draw` gives the shape for slot `i`. */
export function chainBars(shapes: BarShapes, draw: (slot: number) => DrawnShape): BarColumns {
  const bars = emptyBars(shapes.time.length);
  let level = Math.log(shapes.startPrice);
  for (let i = 0; i < shapes.time.length; i += 1) {
    const { gap, body, above, below, volumeRatio } = draw(i);
    const open = Math.exp(level + gap);
    level += gap + body;
    const close = Math.exp(level);
    bars.time[i] = shapes.time[i] ?? NaN;
    bars.open[i] = open;
    bars.close[i] = close;
    bars.high[i] = Math.max(open, close) * Math.exp(above);
    bars.low[i] = Math.min(open, close) * Math.exp(-below);
    bars.volume[i] = (shapes.volumeLevel[i] ?? NaN) * volumeRatio;
  }
  return bars;
}

/** The shape of a training bar as it was. */
export function shapeAt({ gap, body, above, below, volumeRatio }: BarShapes, at: number): DrawnShape {
  return {
    gap: gap[at] ?? NaN,
    body: body[at] ?? NaN,
    above: above[at] ?? NaN,
    below: below[at] ?? NaN,
    volumeRatio: volumeRatio[at] ?? NaN,
  };
}

/** Mean of the values of the last `spanMs` up to and including each. */
function meansOverTime(time: Float64Array, values: Float64Array, spanMs: number): Float64Array {
  const running = new Float64Array(values.length + 1);
  for (const [i, value] of values.entries()) running[i + 1] = (running[i] ?? 0) + value;
  let from = 0;
  return values.map((_, i) => {
    while ((time[i] ?? NaN) - (time[from] ?? NaN) >= spanMs) from += 1;
    return ((running[i + 1] ?? 0) - (running[from] ?? 0)) / (i + 1 - from);
  });
}
