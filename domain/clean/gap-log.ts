import type { Gap, GapTimeline } from '../core/ledger';
import { gapTimeline } from './gap-timeline';

const LONGEST_GAPS_MAX = 20;

export interface GapSummary {
  readonly gapCount: number;
  readonly missingBars: number;
  readonly longestGaps: readonly Gap[];
  readonly timeline: GapTimeline;
}

export interface GapLog {
  /** Looks at the distance between two bars that follow each other after cleaning. */
  observe(fromMs: number, toMs: number): void;
  /** Of a series whose first and last bar close at these instants. */
  summary(firstMs: number, lastMs: number): GapSummary;
}

/**
 * Counts every pause longer than `gapBars` × `timeframeMs` from close to close. Nights and weekends count like outages, for
 * the cleaner knows no trading calendar; its timeline tells them apart by how often they come (see gap-timeline.ts). The
 * longest twenty come first, of equally long ones the earliest.
 */
export function createGapLog(gapBars: number, timeframeMs: number): GapLog {
  const gaps: Gap[] = [];
  return {
    observe: (fromMs, toMs) => {
      const pauseMs = toMs - fromMs;
      if (pauseMs <= gapBars * timeframeMs) return;
      gaps.push({ fromMs, toMs, missingBars: Math.max(0, Math.floor(pauseMs / timeframeMs) - 1) });
    },
    summary: (firstMs, lastMs) => ({
      gapCount: gaps.length,
      missingBars: gaps.reduce((sum, gap) => sum + gap.missingBars, 0),
      longestGaps: [...gaps]
        .sort((a, b) => lengthMs(b) - lengthMs(a) || a.fromMs - b.fromMs)
        .slice(0, LONGEST_GAPS_MAX),
      timeline: gapTimeline(gaps, firstMs, lastMs),
    }),
  };
}

const lengthMs = (gap: Gap): number => gap.toMs - gap.fromMs;
