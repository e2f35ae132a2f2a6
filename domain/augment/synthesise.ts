import type { BarColumns } from '../core/bars';
import { randomFromSeed } from '../core/random';
import { ok, type Result } from '../core/result';
import { simulateArGarch } from './ar-garch-path';
import { chainBars, shapeAt, type BarShapes } from './bar-shapes';
import { movingBlockPlan, regimePlan, stationaryPlan, type BlockPlan } from './block-plan';
import { dayTimes } from './day-times';
import type { AugmentationSettings } from './settings';
import { warpTime } from './time-warp';

/** What is known of the training part beside its shapes. */
export interface AugmentationContext {
  readonly timeframeMs: number;
  /** The regime of each bar, wanted by `regimeBlocks` alone; known at the bar's close and from training bars only. */
  readonly regimes: () => Result<Int8Array>;
}

/**
 * One synthetic series from the bars of a training part, in the slots of these bars (fewer after a time warp). Low ≤ open,
 * close ≤ high, positive prices and ascending instants hold. The same seed gives the same bytes.
 *
 * @returns the faults of `fitArGarch`, and those of the regimes
 */
export function synthesiseBars(
  shapes: BarShapes,
  { method, meanBlockBars }: AugmentationSettings,
  { timeframeMs, regimes }: AugmentationContext,
  seed: number,
): Result<BarColumns> {
  const random = randomFromSeed(seed);
  switch (method) {
    case 'stationaryBootstrap':
      return ok(resample(shapes, stationaryPlan(dayTimes(shapes.time), meanBlockBars, random)));
    case 'movingBlock':
      return ok(resample(shapes, movingBlockPlan(dayTimes(shapes.time), meanBlockBars, random)));
    case 'regimeBlocks': {
      const known = regimes();
      if (!known.ok) return known;
      return ok(resample(shapes, regimePlan(dayTimes(shapes.time), known.value, meanBlockBars, random)));
    }
    case 'arGarch':
      return simulateArGarch(shapes, random);
    case 'timeWarp': {
      const bars = chainBars(shapes, (slot) => shapeAt(shapes, slot));
      return ok(warpTime(bars, { meanBlockBars, timeframeMs, starts: shapes.starts }, random));
    }
  }
}

/** The training bars in the order of the plan, each in the slot where the plan puts it. */
export function resample(shapes: BarShapes, plan: BlockPlan): BarColumns {
  return chainBars(shapes, (slot) => shapeAt(shapes, plan[slot] ?? 0));
}
