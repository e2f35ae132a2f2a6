import { CLASS_COUNT, CLASS_NAMES, type ClassName } from '../core/classes';
import { LABEL_OUTCOMES, type LabelColumns } from '../core/labels';
import { fail, ok, type Result } from '../core/result';
import type { RowRange } from '../core/rows';
import type { LabelSettings } from './settings';

export type OutcomeName = keyof typeof LABEL_OUTCOMES;

/** What happened to the labels of one horizon: the counts and the mean of a run record's `LabelRecord`. */
export interface LabelSummary {
  readonly rows: number;
  readonly counts: Readonly<Record<OutcomeName, number>>;
  /** Mean number of bars from bar t to the bar that decided, over all decided rows; 0 where none was. */
  readonly meanBars: number;
}

/** Sums up labels chunk by chunk, in row order from row 0. */
export interface LabelSummarizer {
  add(labels: LabelColumns): void;
  summary(): LabelSummary;
}

export function createLabelSummarizer(): LabelSummarizer {
  const counts: Record<OutcomeName, number> = { down: 0, timeout: 0, up: 0, ambiguous: 0, unsettled: 0, unusable: 0 };
  let rows = 0;
  let decided = 0;
  let barsUntilDecided = 0;
  return {
    add(labels) {
      for (let i = 0; i < labels.outcome.length; i += 1) {
        counts[outcomeName(labels.outcome[i])] += 1;
        const t1Row = labels.t1Row[i] ?? -1;
        if (t1Row >= 0) {
          decided += 1;
          barsUntilDecided += t1Row - (rows + i);
        }
      }
      rows += labels.outcome.length;
    },
    summary: () => ({ rows, counts: { ...counts }, meanBars: decided === 0 ? 0 : barsUntilDecided / decided }),
  };
}

/** Refuses labels of which not one was decided, with InvalidLabels: the series is too short for its horizon or flat. */
export function checkLabelSummary(summary: LabelSummary, settings: LabelSettings): Result<LabelSummary> {
  const { down, timeout, up } = summary.counts;
  if (down + timeout + up > 0) return ok(summary);
  return fail(
    'InvalidLabels',
    `No label of the ${settings.bars}-bar horizon was decided on ${summary.rows} bars (${summary.counts.unusable} without a ` +
      `positive ATR of ${settings.atrPeriod} bars${tooNarrow(settings)}, ${summary.counts.unsettled} cut off by the end of the series, ` +
      `${summary.counts.ambiguous} with both barriers in one bar); give more bars or shorten the horizon`,
    { ...summary.counts, horizonBars: settings.bars, atrPeriod: settings.atrPeriod },
  );
}

function tooNarrow({ minReturnBps = 0 }: LabelSettings): string {
  return minReturnBps === 0 ? '' : ` or with a barrier within minReturnBps, ${minReturnBps} basis points, of the close`;
}

/**
 * Refuses training rows in which no label went up or none went down, with InvalidLabels and the counts. A missing time-out
 * class is no fault: wide horizons have none.
 *
 * `classIndex` is aligned with the bars, `ranges` are the training rows of the fold named `foldId`.
 */
export function checkTrainingClasses(
  classIndex: Int8Array,
  ranges: readonly RowRange[],
  foldId: string,
): Result<Readonly<Record<ClassName, number>>> {
  const counts = new Array<number>(CLASS_COUNT).fill(0);
  for (const [from, to] of ranges) {
    for (let row = from; row < to; row += 1) {
      const index = classIndex[row] ?? -1;
      if (index >= 0) counts[index] = (counts[index] ?? 0) + 1;
    }
  }
  const named = { down: counts[0] ?? 0, timeout: counts[1] ?? 0, up: counts[2] ?? 0 };
  if (named.down > 0 && named.up > 0) return ok(named);
  const listed = CLASS_NAMES.map((name) => `${named[name]} ${name}`).join(', ');
  return fail(
    'InvalidLabels',
    `The training part of fold ${foldId} has ${listed}: it needs rows both down and up; bring the barriers closer, ` +
      'lengthen the horizon or give more bars',
    { foldId, ...named },
  );
}

function outcomeName(outcome: number | undefined): OutcomeName {
  switch (outcome) {
    case LABEL_OUTCOMES.down:
      return 'down';
    case LABEL_OUTCOMES.timeout:
      return 'timeout';
    case LABEL_OUTCOMES.up:
      return 'up';
    case LABEL_OUTCOMES.ambiguous:
      return 'ambiguous';
    case LABEL_OUTCOMES.unsettled:
      return 'unsettled';
    default:
      return 'unusable';
  }
}
