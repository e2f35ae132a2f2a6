import { fail, ok, type Result } from '../core/result';
import { countRows, type RowRange } from '../core/rows';
import { checkParts, describeScheme, halfOf, type FoldBoundaries } from './boundaries';
import { firstTrainEnd } from './first-training-part';
import { DAY_MS } from '../core/durations';
import { firstRowAtOrAfter } from './instants';
import { evenBorders, planGroups } from './plan-groups';
import { stratifiedBorders } from './stratify';
import { checkSplitSettings, type SplitSettings } from './settings';

/**
 * Fixes the parts of every fold from the bars alone, before any label is known, so that whatever is fitted on the first
 * training part (barrier multiples, differencing, embargo) cannot have moved it.
 *
 * `time` holds the close instants of all bars, ascending.
 *
 * - `holdout`: one fold `f0`, cut by shares of the rows (rounded to the nearest row).
 * - `walkForward`: fold k trains on the bars that close within `firstTrainDays + k · testDays` days of the first bar's
 *   close (anchored), or on the last `firstTrainDays` of those (rolling), is validated on the next `validationDays` and
 *   tested on the next `testDays`; an instant on a boundary belongs to the later part. Boundaries hang on the first bar
 *   only, so later data never moves an earlier fold; test parts follow one another without overlap. The last fold may have
 *   a shorter test part, if that has `minPartRows` rows.
 * - `purgedKFold`, `cpcv`: see `planGroups`; stratified by regime they need `close`, see `stratifiedBorders`.
 *
 * The validation part is halved in time: `stopping` before its middle instant, `choosing` from there on (the middle of its
 * days in walk-forward, of its first and last close in holdout).
 *
 * Example: 12 daily bars, shares 1/2, 1/3, 1/6: train = rows 0–5, stopping = 6–7, choosing = 8–9, test = 10–11.
 *
 * Gives InvalidSplits for impossible settings, a series too short for one fold, or a part below `minPartRows`, each with
 * the values received. Source: Pardo, The Evaluation and Optimization of Trading Strategies (2008), ch. 11, for
 * walk-forward; López de Prado (2018), ch. 11–12, for its weaknesses.
 */
export function planBoundaries(
  time: Float64Array,
  settings: SplitSettings,
  close?: Float64Array,
): Result<readonly FoldBoundaries[]> {
  const checked = checkSplitSettings(settings);
  if (!checked.ok) return checked;
  if (time.length === 0) return fail('InvalidSplits', 'The series has no bars to split; give bars');
  switch (settings.scheme) {
    case 'holdout':
      return planHoldout(time, settings);
    case 'walkForward':
      return planWalkForward(time, settings);
    case 'purgedKFold':
    case 'cpcv':
      return planStretches(time, settings, close);
  }
}

function planStretches(
  time: Float64Array,
  settings: SplitSettings,
  close: Float64Array | undefined,
): Result<readonly FoldBoundaries[]> {
  const { count, stratifyByRegime } = settings.groups;
  const from = firstTrainEnd(time, settings);
  if (!stratifyByRegime) return planGroups(time, settings, evenBorders(from, time.length, count));
  if (close?.length !== time.length) {
    return fail('InvalidSplits', 'Groups are stratified by regime, which needs the close of every bar; give them');
  }
  const borders = stratifiedBorders(close, from, time.length, count);
  return borders.ok ? planGroups(time, settings, borders.value) : borders;
}

function planHoldout(time: Float64Array, settings: SplitSettings): Result<readonly FoldBoundaries[]> {
  const { train, validation } = settings.holdout;
  const trainEnd = firstTrainEnd(time, settings);
  const validationEnd = Math.round(time.length * (train + validation));
  const half = halfOf(time, trainEnd, validationEnd);
  const fold = foldOf(0, [0, trainEnd], half, [validationEnd, time.length]);
  const checked = checkParts(fold, settings, time.length);
  return checked.ok ? ok([fold]) : checked;
}

function planWalkForward(time: Float64Array, settings: SplitSettings): Result<readonly FoldBoundaries[]> {
  const { window, firstTrainDays, validationDays, testDays } = settings.walkForward;
  const originMs = time[0] ?? NaN;
  const lastMs = time.at(-1) ?? NaN;
  const rowAtDay = (days: number): number => firstRowAtOrAfter(time, originMs + days * DAY_MS);

  const folds: FoldBoundaries[] = [];
  for (;;) {
    const trainFromDays = window === 'anchored' ? 0 : folds.length * testDays;
    const trainToDays = firstTrainDays + folds.length * testDays;
    const testFromDays = trainToDays + validationDays;
    const fold = foldOf(
      folds.length,
      [rowAtDay(trainFromDays), rowAtDay(trainToDays)],
      rowAtDay(trainToDays + validationDays / 2),
      [rowAtDay(testFromDays), rowAtDay(testFromDays + testDays)],
    );
    const cutOff = originMs + (testFromDays + testDays) * DAY_MS > lastMs;
    if (cutOff && countRows(fold.parts.test) < settings.minPartRows) break;
    const checked = checkParts(fold, settings, time.length);
    if (!checked.ok) return checked;
    folds.push(fold);
    if (cutOff) break;
  }
  return folds.length > 0 ? ok(folds) : tooShort(time, settings);
}

/** Training, the halves of validation and the test follow one another. */
function foldOf(index: number, train: RowRange, half: number, test: RowRange): FoldBoundaries {
  return {
    id: `f${index}`,
    parts: { train: [train], stopping: [[train[1], half]], choosing: [[half, test[0]]], test: [test] },
  };
}

function tooShort(time: Float64Array, settings: SplitSettings): Result<never> {
  const spanDays = ((time.at(-1) ?? NaN) - (time[0] ?? NaN)) / DAY_MS;
  const { firstTrainDays, validationDays } = settings.walkForward;
  return fail(
    'InvalidSplits',
    `The series spans ${spanDays.toFixed(1)} days (${time.length} bars); the first fold needs ` +
      `${firstTrainDays + validationDays} days before a test part of at least ${settings.minPartRows} rows, with ` +
      `${describeScheme(settings)}; shorten the parts, give more bars or use the holdout scheme`,
    { spanDays, bars: time.length, ...settings },
  );
}
