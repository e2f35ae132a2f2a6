import type { RandomStream } from '../core/random';
import type { DayTimes } from './day-times';

/**
 * Which training bar stands in each slot. The same plan laid over several series that have the same slots resamples them
 * jointly: what they did at one instant stays together.
 */
export type BlockPlan = Int32Array;

/**
 * The stationary bootstrap (Politis & Romano 1994): blocks of geometric length, mean `meanBlockBars`, on a circle, as many
 * bars as there were. A block begins at a bar of the slot's own time of day, so that the season of the day stays where the
 * clock says it is (the seasonal bootstrap of Politis 2001).
 */
export function stationaryPlan(times: DayTimes, meanBlockBars: number, random: RandomStream): BlockPlan {
  const bars = times.of.length;
  return planBy(bars, (slot, before) => {
    const goesOn = before !== null && random.uniform() >= 1 / meanBlockBars;
    return goesOn ? (before + 1) % bars : drawFrom(startsAt(times, slot), random);
  });
}

/**
 * The moving block bootstrap (Künsch 1989): blocks of `blockBars` that lie wholly inside the series. Blocks begin at the
 * slot's time of day where one of it leaves room for a whole block, else anywhere.
 */
export function movingBlockPlan(times: DayTimes, blockBars: number, random: RandomStream): BlockPlan {
  const bars = times.of.length;
  const length = Math.min(blockBars, bars);
  return planBy(bars, (slot, before) => {
    if (before !== null && slot % length !== 0) return before + 1;
    const starts = startsAt(times, slot);
    const room = countUpTo(starts, bars - length);
    return room > 0 ? (starts[random.integer(room)] ?? 0) : random.integer(bars - length + 1);
  });
}

/**
 * Blocks within regimes: every slot gets a bar of the regime that the slot itself was in, so the order and the lengths of
 * regimes stay what they were, and what happens inside them is drawn anew. A block ends after a geometric length of mean
 * `meanBlockBars`, and where the regime of the slots or of the bars changes; it begins at the slot's time of day where that
 * regime has one.
 *
 * @param regimes the regime of each bar, any numbers
 */
export function regimePlan(
  times: DayTimes,
  regimes: Int8Array,
  meanBlockBars: number,
  random: RandomStream,
): BlockPlan {
  const ofRegime = placesBy(regimes.length, (i) => regimes[i] ?? 0);
  const ofBoth = placesBy(regimes.length, (i) => bothOf(times, regimes, i));
  return planBy(regimes.length, (slot, before) => {
    const next = before === null ? -1 : before + 1;
    if (regimes[next] === regimes[slot] && random.uniform() >= 1 / meanBlockBars) return next;
    const isUsual = times.isUsual[times.of[slot] ?? 0] === true;
    const starts = isUsual ? ofBoth.get(bothOf(times, regimes, slot)) : ofRegime.get(regimes[slot] ?? 0);
    return drawFrom(starts ?? Int32Array.of(slot), random);
  });
}

/** `next` gives the bar for a slot, knowing the bar of the slot before. */
function planBy(bars: number, next: (slot: number, before: number | null) => number): BlockPlan {
  const plan = new Int32Array(bars);
  let before: number | null = null;
  for (let slot = 0; slot < bars; slot += 1) {
    before = next(slot, before);
    plan[slot] = before;
  }
  return plan;
}

/** One number for regime and time of day. */
function bothOf(times: DayTimes, regimes: Int8Array, at: number): number {
  return (regimes[at] ?? 0) * times.bars.length + (times.of[at] ?? 0);
}

function placesBy(count: number, key: (at: number) => number): ReadonlyMap<number, Int32Array> {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; i += 1) {
    const group = groups.get(key(i));
    if (group === undefined) groups.set(key(i), [i]);
    else group.push(i);
  }
  return new Map([...groups].map(([code, places]) => [code, Int32Array.from(places)]));
}

function startsAt(times: DayTimes, slot: number): Int32Array {
  return times.bars[times.of[slot] ?? 0] ?? Int32Array.of(slot);
}

function drawFrom(places: Int32Array, random: RandomStream): number {
  return places[random.integer(places.length)] ?? 0;
}

/** How many of the ascending places are at most `limit`. */
function countUpTo(places: Int32Array, limit: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
