import { createAtr } from '../core/atr';
import { barCount, concatBars, concatFloat64, sliceBars, type BarColumns } from '../core/bars';
import { NO_CLASS } from '../core/classes';
import { LABEL_OUTCOMES, type LabelOutcome, type SidedLabelColumns } from '../core/labels';
import { fail, ok, type Result } from '../core/result';
import { classOfOutcome } from './barriers';
import { allocateLabels } from './label-buffer';
import type { LabelKernel } from './label-kernel';
import { checkLabelSettings, type SidelessSettings, type TrendSettings } from './settings';

/** A residual below this share of the variance is rounding: the closes lie on a line. */
const NO_RESIDUAL = 1e-12;

/**
 * Labels by trend scanning, of one horizon: which way the steadiest trend after bar t goes.
 *
 * For every span of l bars, from `leastBars` to the horizon's `bars`, a line is fitted by least squares to the closes of
 * bars t … t + l; the span whose slope has the largest |t-value| tells, the shortest of equals. Its sign is the label, up or
 * down; where no |t-value| reaches `leastT` there is no trend, and the label is a time-out under the rule `timeouts`. Closes on
 * one line have an infinite t-value, or 0 where they never move.
 *
 * The span is chosen by looking at all of them, so the label is decided by bar t + bars and not by the end of its span:
 * `t1` is the close of that bar, and purging by it leaves nothing of it in a test part. Nor could a position be closed at the
 * end of a span that is known only later: entry is the open of bar t + 1, exit the close of bar t + bars, for both sides.
 * `returnAtr` is (exit - entry) / ATR_t. Rows without a positive ATR are unusable, those whose horizon outlasts the series
 * unsettled. Barrier multiples are not looked at.
 *
 * Example: closes 100, 101, 102, 101.5 and spans of 2 and 3 bars: the first three lie on a line of slope 1, t-value infinite:
 * up. Without that, closes 100, 101, 103 have slope 1.5, residuals (0.167, -0.333, 0.167) and t = 1.5 / sqrt(0.1667 / 2) = 5.196.
 *
 * Source: López de Prado, Machine Learning for Asset Managers (2020), section 5.4, there with the span's end for `t1`.
 */
export function createTrendKernel(
  settings: SidelessSettings,
  trend: TrendSettings,
): Result<LabelKernel<SidedLabelColumns>> {
  const checked = checkLabelSettings({ ...settings, tieRule: 'noSide' });
  if (!checked.ok) return checked;
  const { leastBars, leastT } = trend;
  if (!Number.isSafeInteger(leastBars) || leastBars < 2 || leastBars > settings.bars || !(leastT >= 0)) {
    const message = `Trends of ${leastBars} to ${settings.bars} bars with a t-value of at least ${leastT} cannot be looked for: the shortest needs 2 bars or more and no more than the horizon`;
    return fail('InvalidLabels', message, { ...trend, bars: settings.bars });
  }
  const atr = createAtr(settings.atrPeriod);
  /** Bars of the rows that were not returned yet. */
  let pending: BarColumns | null = null;
  let pendingAtr: Float64Array = new Float64Array(0);
  let firstRow = 0;

  const settle = (bars: BarColumns, rows: number): SidedLabelColumns => {
    const labels = allocateLabels(rows);
    for (let row = 0; row < rows; row += 1)
      settleRow(labels, row, { bars, atr: pendingAtr, firstRow }, settings, trend);
    pending = sliceBars(bars, rows, barCount(bars));
    pendingAtr = pendingAtr.slice(rows);
    firstRow += rows;
    return labels;
  };
  return ok({
    push(chunk) {
      const bars = pending === null ? chunk : concatBars([pending, chunk]);
      pendingAtr = concatFloat64([pendingAtr, atr.fill(chunk.high, chunk.low, chunk.close)]);
      return settle(bars, Math.max(0, barCount(bars) - settings.bars));
    },
    finish: () => (pending === null ? allocateLabels(0) : settle(pending, barCount(pending))),
  });
}

interface Pending {
  readonly bars: BarColumns;
  readonly atr: Float64Array;
  /** Row of the series that the first of them is. */
  readonly firstRow: number;
}

function settleRow(
  labels: SidedLabelColumns,
  row: number,
  { bars, atr, firstRow }: Pending,
  { bars: horizon, timeouts }: SidelessSettings,
  trend: TrendSettings,
): void {
  const { unusable, unsettled } = LABEL_OUTCOMES;
  const atrHere = atr[row] ?? NaN;
  const last = row + horizon;
  labels.time[row] = bars.time[row] ?? NaN;
  labels.atr[row] = atrHere;
  const entry = row + 1 < barCount(bars) ? (bars.open[row + 1] ?? NaN) : NaN;
  if (!(atrHere > 0)) {
    undecided(labels, row, unusable, NaN);
    return;
  }
  if (last >= barCount(bars)) {
    undecided(labels, row, unsettled, entry);
    return;
  }
  const told = steadiestTrend(bars.close, row, trend.leastBars, horizon);
  const outcome = Math.abs(told) >= trend.leastT && told !== 0 ? (told > 0 ? 1 : -1) : LABEL_OUTCOMES.timeout;
  const exit = bars.close[last] ?? NaN;
  labels.t1[row] = bars.time[last] ?? NaN;
  labels.outcome[row] = outcome;
  labels.classIndex[row] = classOfOutcome(outcome, exit - entry, timeouts);
  labels.entry[row] = entry;
  labels.returnAtr[row] = (exit - entry) / atrHere;
  for (const exits of [labels.exit, labels.exitLong, labels.exitShort]) exits[row] = exit;
  for (const rows of [labels.t1Row, labels.t1RowLong, labels.t1RowShort]) rows[row] = firstRow + last;
}

function undecided(labels: SidedLabelColumns, row: number, outcome: LabelOutcome, entry: number): void {
  labels.outcome[row] = outcome;
  labels.classIndex[row] = NO_CLASS;
  labels.entry[row] = entry;
  for (const column of [labels.t1, labels.exit, labels.returnAtr, labels.exitLong, labels.exitShort]) column[row] = NaN;
  for (const rows of [labels.t1Row, labels.t1RowLong, labels.t1RowShort]) rows[row] = -1;
}

/** The t-value of largest size among the slopes of the closes from `from` over `least` to `most` bars. */
export function steadiestTrend(close: Float64Array, from: number, least: number, most: number): number {
  const start = close[from] ?? NaN;
  let [sum, squares, products, strongest] = [0, 0, 0, 0];
  for (let x = 1; x <= most; x += 1) {
    // From the first close on, so that sums of squares keep their digits at any price.
    const y = (close[from + x] ?? NaN) - start;
    sum += y;
    squares += y * y;
    products += x * y;
    if (x < least) continue;
    const points = x + 1;
    const spread = (points * (points * points - 1)) / 12;
    const rise = products - (x / 2) * sum;
    const variation = squares - (sum * sum) / points;
    const residual = variation - (rise * rise) / spread;
    const t = tValue(rise, spread, residual <= NO_RESIDUAL * variation ? 0 : residual, points);
    if (Math.abs(t) > Math.abs(strongest)) strongest = t;
  }
  return strongest;
}

function tValue(rise: number, spread: number, residual: number, points: number): number {
  if (rise === 0) return 0;
  return rise / Math.sqrt((residual / (points - 2)) * spread);
}
