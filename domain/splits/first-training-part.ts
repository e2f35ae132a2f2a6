import { fail, ok, type Result } from '../core/result';
import type { RowRange } from '../core/rows';
import { DAY_MS } from '../core/durations';
import { firstRowAtOrAfter } from './instants';
import { prologueRows } from './plan-groups';
import { checkSplitSettings, resolvePurgeBars, type SplitSettings } from './settings';

/**
 * The rows on which whatever is fitted once a symbol is fitted (the order of fractional differencing, feature clusters,
 * barrier multiples, the embargo by autocorrelation, thresholds of regimes): the training part of the first fold before
 * purging, less `purgeBars` bars at its end, so that no label of it reaches what is judged. In purged k-fold and CPCV it is
 * the prologue. Found from the bars alone; later bars never move it in walk-forward.
 *
 * `longestLabelBars` is the vertical barrier of the longest horizon of the run. Gives InvalidSplits for impossible
 * settings and where fewer than `minPartRows` rows are left.
 */
export function firstTrainingPart(
  time: Float64Array,
  settings: SplitSettings,
  longestLabelBars: number,
): Result<RowRange> {
  const checked = checkSplitSettings(settings);
  if (!checked.ok) return checked;
  const purgeBars = resolvePurgeBars(settings.purgeBars, longestLabelBars);
  if (!purgeBars.ok) return purgeBars;
  const planned = firstTrainEnd(time, settings);
  const end = planned - purgeBars.value;
  if (end >= settings.minPartRows) return ok([0, end]);
  return fail(
    'InvalidSplits',
    `The first training part has ${planned} rows of the series’ ${time.length}, of which ${purgeBars.value} before its end ` +
      `are left out (purgeBars), below minPartRows ${settings.minPartRows}; lengthen it, lower splits.purgeBars (not below ` +
      'the longest label) or give more bars',
    { ...settings, planned, purgeBars: purgeBars.value, bars: time.length },
  );
}

/** Where the first fold's training part ends before purging. */
export function firstTrainEnd(time: Float64Array, settings: SplitSettings): number {
  switch (settings.scheme) {
    case 'holdout':
      return Math.round(time.length * settings.holdout.train);
    case 'walkForward':
      return firstRowAtOrAfter(time, (time[0] ?? NaN) + settings.walkForward.firstTrainDays * DAY_MS);
    case 'purgedKFold':
    case 'cpcv':
      return prologueRows(time.length, settings.groups);
  }
}
