import { barCount, sliceBars, type BarColumns } from '../../core/bars';
import { CLASS_COUNT, NO_CLASS } from '../../core/classes';
import type { RowRange } from '../../core/rows';
import { createSidedLabelKernel } from '../label-kernel';
import type { TimeoutRule } from '../settings';
import { averageUniqueness } from '../weights/concurrency';
import type { Candidate } from './candidate';

/** What barriers are looked for. */
export type SearchObjective = 'balance' | 'uniqueness' | 'expectancy';

/** What barriers are judged on. */
export interface Judged {
  readonly bars: BarColumns;
  /** Rows whose labels count. Bars behind them decide these labels and have none of their own that count. */
  readonly rows: RowRange;
  readonly atrPeriod: number;
  readonly timeouts: TimeoutRule;
  readonly minReturnBps?: number;
  readonly objective: SearchObjective;
  /** Costs and slippage of one side of a trade, in basis points. */
  readonly costBps: number;
}

/** Fewer labels than this say nothing. */
const LEAST_LABELS = 50;
/** Both sides must be at least this share of the labels: with less there is no class to learn. */
const LEAST_SHARE = 0.05;

/**
 * What barriers are worth on some rows, higher being better; null where fewer than 50 labels have a class, or either side has
 * less than a twentieth of them.
 *
 * - `balance`: entropy of the classes over its maximum, 1 where all are as frequent. With time-outs as a class of three
 *   classes, else of down and up.
 * - `uniqueness`: mean average uniqueness of the labels, 1 where none overlaps another. It grows with shorter labels, and is
 *   held by the space that is searched.
 * - `expectancy`: what a side that is always told right would earn for each bar it is held, in log returns after the costs
 *   of both sides; time-outs of their own class are not traded. Narrow barriers do not earn their costs, wide ones wait.
 *
 * Example: 40 labels down, 20 time-outs, 40 up: entropy 1.055 over ln 3 gives a balance of 0.960. Two labels of +1 % and −2 %
 * that last 2 and 4 bars, 5 basis points a side: (0.00995 + 0.02020 − 2 · 0.001) / 6 = 0.0047 a bar.
 */
export function judgeBarriers(
  { bars, rows, atrPeriod, timeouts, minReturnBps = 0, objective, costBps }: Judged,
  candidate: Candidate,
): number | null {
  const [from, to] = rows;
  const created = createSidedLabelKernel({ ...candidate, atrPeriod, timeouts, minReturnBps });
  if (!created.ok) return null;
  const seen = sliceBars(bars, 0, Math.min(barCount(bars), to + candidate.bars));
  const kernel = created.value;
  const counts = new Array<number>(CLASS_COUNT).fill(0);
  const starts: number[] = [];
  const ends: number[] = [];
  let [earned, held, row] = [0, 0, 0];
  for (const labels of [kernel.push(seen), kernel.finish()]) {
    for (let i = 0; i < labels.outcome.length; i += 1, row += 1) {
      const index = labels.classIndex[i] ?? NO_CLASS;
      if (index === NO_CLASS || row < from || row >= to) continue;
      counts[index] = (counts[index] ?? 0) + 1;
      starts.push(row);
      ends.push(labels.t1Row[i] ?? row);
      if (index === 1) continue;
      earned += Math.abs(Math.log((labels.exit[i] ?? NaN) / (labels.entry[i] ?? NaN))) - (2 * costBps) / 10_000;
      held += (labels.t1Row[i] ?? row) - row;
    }
  }
  const [down = 0, , up = 0] = counts;
  if (starts.length < LEAST_LABELS || Math.min(down, up) < LEAST_SHARE * starts.length) return null;
  switch (objective) {
    case 'balance':
      return evenness(timeouts === 'class' ? counts : [down, up]);
    case 'uniqueness':
      return mean(averageUniqueness({ rows: Int32Array.from(starts), ends: Int32Array.from(ends) }));
    case 'expectancy':
      return earned / held;
  }
}

function evenness(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const entropy = counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log(count / total)),
    0,
  );
  return entropy / Math.log(counts.length);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
