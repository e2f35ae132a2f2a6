import { barCount, type BarColumns } from '../core/bars';
import { BLOCK_BARS, BLOCK_SHIFT, type TouchableBars } from './barriers';

const LEAST_CAPACITY = 1024;

/** The bars that undecided labels still need, with the ATR at each; valid positions are `start` to `end` (exclusive). */
export interface BarWindow extends TouchableBars {
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly close: Float64Array;
  readonly atr: Float64Array;
  readonly start: number;
  readonly end: number;
  /** Whole blocks whose extremes are known, from position 0 on; those before `start` may hold anything. */
  readonly blocks: number;
}

export function emptyBarWindow(): BarWindow {
  return { ...allocate(0), start: 0, end: 0, blocks: 0 };
}

/**
 * The window with a chunk put behind its bars; `atr` is the chunk's ATR. The storage of `window` is reused where the chunk
 * fits behind it, so the old window must not be used any more; bars before `start` are given up only when it is not, so
 * that the cost per bar does not depend on the size of the chunks.
 */
export function appendBars(window: BarWindow, bars: BarColumns, atr: Float64Array, usesBlocks = true): BarWindow {
  const added = barCount(bars);
  const kept = window.end - window.start;
  const fits = window.end + added <= window.time.length;
  const base = fits ? window : moved(window, Math.max(LEAST_CAPACITY, 2 * (kept + added)));
  base.time.set(bars.time, base.end);
  base.open.set(bars.open, base.end);
  base.high.set(bars.high, base.end);
  base.low.set(bars.low, base.end);
  base.close.set(bars.close, base.end);
  base.atr.set(atr, base.end);
  const end = base.end + added;
  if (usesBlocks) fillBlocks(base, base.blocks, end >> BLOCK_SHIFT);
  return { ...base, end, blocks: end >> BLOCK_SHIFT };
}

function fillBlocks({ high, low, blockHigh, blockLow }: TouchableBars, from: number, to: number): void {
  for (let block = from; block < to; block += 1) {
    const first = block << BLOCK_SHIFT;
    let highest = high[first] ?? NaN;
    let lowest = low[first] ?? NaN;
    for (let k = first + 1; k < first + BLOCK_BARS; k += 1) {
      const above = high[k] ?? NaN;
      const below = low[k] ?? NaN;
      if (above > highest) highest = above;
      if (below < lowest) lowest = below;
    }
    blockHigh[block] = highest;
    blockLow[block] = lowest;
  }
}

/** The live bars at the front, in the same storage where that holds `capacity` bars. */
function moved(window: BarWindow, capacity: number): BarWindow {
  const fresh = window.time.length >= capacity ? window : allocate(capacity);
  const { start, end } = window;
  fresh.time.set(window.time.subarray(start, end));
  fresh.open.set(window.open.subarray(start, end));
  fresh.high.set(window.high.subarray(start, end));
  fresh.low.set(window.low.subarray(start, end));
  fresh.close.set(window.close.subarray(start, end));
  fresh.atr.set(window.atr.subarray(start, end));
  return { ...fresh, start: 0, end: end - start, blocks: 0 };
}

function allocate(capacity: number): Omit<BarWindow, 'start' | 'end' | 'blocks'> {
  return {
    time: new Float64Array(capacity),
    open: new Float64Array(capacity),
    high: new Float64Array(capacity),
    low: new Float64Array(capacity),
    close: new Float64Array(capacity),
    atr: new Float64Array(capacity),
    blockHigh: new Float64Array(capacity >> BLOCK_SHIFT),
    blockLow: new Float64Array(capacity >> BLOCK_SHIFT),
  };
}
