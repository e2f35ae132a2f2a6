import { DAY_MS } from '../core/durations';
import type { Gap, GapTimeline } from '../core/ledger';

/** Gaps of a timeline at most: what a picture of half a page can tell apart. */
const MOST_GAPS = 200;
/** Days of the week that gaps begin and end on are the market's hours where at least every so manieth week has such a gap. */
const WEEKS_A_CLOSURE = 10;
/** How much longer a closure may last than those that came so often: summer time begins and ends, a Friday closes early. */
const LONGER_SHARE = 0.1;
const LONGER_MS = 90 * 60_000;

const WEEK_DAYS = 7;

/**
 * Tells usual closures from other gaps, without a calendar: a gap is one where gaps between the same two days of the week
 * (UTC) that last about as long, or longer, come at least every tenth week of the series. Nights, breaks and weekends are
 * usual closures then, also of a market whose hours changed; holidays and outages are not. Of the rest the longest are
 * kept, in the order of time.
 */
export function gapTimeline(gaps: readonly Gap[], firstMs: number, lastMs: number): GapTimeline {
  const longest = usualLengths(gaps, firstMs, lastMs);
  const isUsual = (gap: Gap): boolean => lengthMs(gap) <= (longest.get(daysOf(gap)) ?? -Infinity);
  const rest = gaps.filter((gap) => !isUsual(gap));
  const kept = [...rest]
    .sort((a, b) => lengthMs(b) - lengthMs(a) || a.fromMs - b.fromMs)
    .slice(0, MOST_GAPS)
    .sort((a, b) => a.fromMs - b.fromMs);
  return {
    closures: gaps.length - rest.length,
    gapCount: rest.length,
    missingBars: rest.reduce((sum, gap) => sum + gap.missingBars, 0),
    gaps: kept,
  };
}

/** By days of the week: up to which length a gap is a usual closure. */
function usualLengths(gaps: readonly Gap[], firstMs: number, lastMs: number): ReadonlyMap<number, number> {
  const byDays = new Map<number, number[]>();
  for (const gap of gaps) {
    const lengths = byDays.get(daysOf(gap));
    if (lengths === undefined) byDays.set(daysOf(gap), [lengthMs(gap)]);
    else lengths.push(lengthMs(gap));
  }
  const weeks = (lastMs - firstMs) / (WEEK_DAYS * DAY_MS);
  // Two of a kind are no custom yet, in however short a series.
  const least = Math.max(3, Math.ceil(weeks / WEEKS_A_CLOSURE));
  return new Map(
    [...byDays].flatMap(([days, lengths]) => {
      // The longest of which there are enough.
      const usual = lengths.sort((a, b) => b - a)[least - 1];
      return usual === undefined ? [] : [[days, usual + Math.max(LONGER_MS, LONGER_SHARE * usual)]];
    }),
  );
}

/** The days of the week that a gap begins and ends on, as one number. */
function daysOf({ fromMs, toMs }: Gap): number {
  return WEEK_DAYS * (Math.floor(fromMs / DAY_MS) % WEEK_DAYS) + (Math.floor(toMs / DAY_MS) % WEEK_DAYS);
}

const lengthMs = (gap: Gap): number => gap.toMs - gap.fromMs;
