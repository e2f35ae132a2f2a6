import type { Gap } from '../core/ledger';

const LONGEST_GAPS_MAX = 20;

export interface GapSummary {
  readonly gapCount: number;
  readonly missingBars: number;
  readonly longestGaps: readonly Gap[];
}

export interface GapLog {
  /** Looks at the distance between two bars that follow each other after cleaning. */
  observe(fromMs: number, toMs: number): void;
  summary(): GapSummary;
}

/**
 * Counts every pause longer than `gapBars` × `timeframeMs` from close to close. Nights and weekends count like outages:
 * the cleaner knows no trading calendar, and the longest twenty show at a glance which they are. The longest come first,
 * of equally long ones the earliest.
 */
export function createGapLog(gapBars: number, timeframeMs: number): GapLog {
  let gapCount = 0;
  let missingBars = 0;
  const longest: Gap[] = [];
  return {
    observe: (fromMs, toMs) => {
      const pauseMs = toMs - fromMs;
      if (pauseMs <= gapBars * timeframeMs) return;
      const gap = { fromMs, toMs, missingBars: Math.max(0, Math.floor(pauseMs / timeframeMs) - 1) };
      gapCount += 1;
      missingBars += gap.missingBars;
      keepLongest(longest, gap);
    },
    summary: () => ({ gapCount, missingBars, longestGaps: [...longest] }),
  };
}

/** Inserts into a list that is sorted from long to short, behind its equals, and cuts the list. */
function keepLongest(longest: Gap[], gap: Gap): void {
  const place = longest.findIndex((other) => lengthMs(other) < lengthMs(gap));
  if (place >= 0) longest.splice(place, 0, gap);
  else longest.push(gap);
  if (longest.length > LONGEST_GAPS_MAX) longest.pop();
}

const lengthMs = (gap: Gap): number => gap.toMs - gap.fromMs;
