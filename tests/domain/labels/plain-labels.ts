import { createAtr } from '../../../domain/core/atr';
import type { BarColumns } from '../../../domain/core/bars';
import { NO_CLASS } from '../../../domain/core/classes';
import { LABEL_OUTCOMES, type SidedLabelColumns } from '../../../domain/core/labels';
import { allocateLabels } from '../../../domain/labels/label-buffer';
import type { SidelessSettings } from '../../../domain/labels/settings';

/** Labels of a whole series by the plainest loop over the definition: what the kernel must give byte for byte. */
export function plainLabels(bars: BarColumns, settings: SidelessSettings): SidedLabelColumns {
  const rows = bars.time.length;
  const labels = allocateLabels(rows);
  const state = createAtr(settings.atrPeriod);
  for (let row = 0; row < rows; row += 1) {
    const atr = state.push(bars.high[row]!, bars.low[row]!, bars.close[row]!);
    const label = plainLabel(bars, row, atr, settings);
    const { outcome, decidedAt, entry, exitLong, exitShort } = label;
    const isTie = outcome === LABEL_OUTCOMES.ambiguous;
    labels.time[row] = bars.time[row]!;
    labels.t1[row] = decidedAt < 0 ? NaN : bars.time[decidedAt]!;
    labels.outcome[row] = outcome;
    labels.entry[row] = entry;
    labels.exit[row] = isTie ? NaN : exitLong;
    labels.atr[row] = atr;
    labels.returnAtr[row] = isTie || decidedAt < 0 ? NaN : (exitLong - entry) / atr;
    labels.classIndex[row] = plainClass(outcome, exitLong - entry, settings.timeouts);
    labels.exitLong[row] = exitLong;
    labels.exitShort[row] = exitShort;
    for (const name of ['t1Row', 't1RowLong', 't1RowShort'] as const) labels[name][row] = decidedAt;
  }
  return labels;
}

interface PlainLabel {
  readonly outcome: number;
  readonly decidedAt: number;
  readonly entry: number;
  readonly exitLong: number;
  readonly exitShort: number;
}

function plainLabel(
  bars: BarColumns,
  row: number,
  atr: number,
  { bars: watched, upAtr, downAtr, minReturnBps = 0 }: SidelessSettings,
): PlainLabel {
  const open = { decidedAt: -1, exitLong: NaN, exitShort: NaN };
  if (!(atr > 0)) return { ...open, outcome: LABEL_OUTCOMES.unusable, entry: NaN };
  if (!(atr > (minReturnBps / 10_000 / Math.min(upAtr, downAtr)) * bars.close[row]!)) {
    return { ...open, outcome: LABEL_OUTCOMES.unusable, entry: NaN };
  }
  if (row + 1 >= bars.time.length) return { ...open, outcome: LABEL_OUTCOMES.unsettled, entry: NaN };
  const entry = bars.open[row + 1]!;
  const [upper, lower] = [entry + upAtr * atr, entry - downAtr * atr];
  if (!(upper > entry && lower < entry)) return { ...open, outcome: LABEL_OUTCOMES.unusable, entry: NaN };
  for (let at = row + 1; at <= row + watched; at += 1) {
    if (at >= bars.time.length) return { ...open, outcome: LABEL_OUTCOMES.unsettled, entry };
    const [opened, isUp, isDown] = [bars.open[at]!, bars.high[at]! >= upper, bars.low[at]! <= lower];
    const ended = (outcome: number, exitLong: number, exitShort = exitLong) => ({
      outcome,
      decidedAt: at,
      entry,
      exitLong,
      exitShort,
    });
    if (opened >= upper) return ended(LABEL_OUTCOMES.up, opened);
    if (opened <= lower) return ended(LABEL_OUTCOMES.down, opened);
    if (isUp && isDown) return ended(LABEL_OUTCOMES.ambiguous, lower, upper);
    if (isUp) return ended(LABEL_OUTCOMES.up, upper);
    if (isDown) return ended(LABEL_OUTCOMES.down, lower);
  }
  const exit = bars.close[row + watched]!;
  return { outcome: LABEL_OUTCOMES.timeout, decidedAt: row + watched, entry, exitLong: exit, exitShort: exit };
}

function plainClass(outcome: number, move: number, timeouts: SidelessSettings['timeouts']): number {
  if (outcome === LABEL_OUTCOMES.up) return 2;
  if (outcome === LABEL_OUTCOMES.down) return 0;
  if (outcome !== LABEL_OUTCOMES.timeout || timeouts === 'drop') return NO_CLASS;
  return timeouts === 'class' ? 1 : Math.sign(move) + 1;
}
