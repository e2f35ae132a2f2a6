import { FOLD_PARTS, type FoldPart } from '../core/folds';
import { fail, ok, type Result } from '../core/result';
import type { RowRange } from '../core/rows';
import { DAY_MS, firstRowAtOrAfter } from './instants';
import { checkSplitSettings, type SplitSettings } from './settings';

/** The parts of one fold before purging: adjacent row ranges in the order of FOLD_PARTS. */
export interface FoldBoundaries {
  /** `f0`, `f1`, … in time order. */
  readonly id: string;
  readonly parts: Readonly<Record<FoldPart, RowRange>>;
}

/**
 * Fixes the parts of every fold from the bars alone, before any label is known, so that whatever is fitted on the first
 * training part (barrier multiples, differencing, embargo) cannot have moved it.
 *
 * `time` holds the close instants of all bars, ascending.
 *
 * - `holdout`: one fold `f0`, cut by shares of the rows (rounded to the nearest row).
 * - `walkForward`, anchored: fold k trains on the bars that close within `firstTrainDays + k · testDays` days of the first
 *   bar's close, is validated on the next `validationDays` and tested on the next `testDays`; an instant on a boundary
 *   belongs to the later part. Boundaries hang on the first bar only, so later data never moves an earlier fold; test
 *   parts follow one another without overlap. The last fold may have a shorter test part, if that has `minPartRows` rows.
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
export function planBoundaries(time: Float64Array, settings: SplitSettings): Result<readonly FoldBoundaries[]> {
  const checked = checkSplitSettings(settings);
  if (!checked.ok) return checked;
  if (time.length === 0) return fail('InvalidSplits', 'The series has no bars to split; give bars');
  switch (settings.scheme) {
    case 'holdout':
      return planHoldout(time, settings);
    case 'walkForward':
      return planWalkForward(time, settings);
  }
}

function planHoldout(time: Float64Array, settings: SplitSettings): Result<readonly FoldBoundaries[]> {
  const { train, validation } = settings.holdout;
  const trainEnd = Math.round(time.length * train);
  const validationEnd = Math.round(time.length * (train + validation));
  const middleMs = ((time[trainEnd] ?? NaN) + (time[validationEnd - 1] ?? NaN)) / 2;
  const half = Math.max(trainEnd, Math.min(validationEnd, firstRowAtOrAfter(time, middleMs)));
  const fold = foldOf(0, trainEnd, half, validationEnd, time.length);
  const checked = checkParts(fold, settings, time.length);
  return checked.ok ? ok([fold]) : checked;
}

function planWalkForward(time: Float64Array, settings: SplitSettings): Result<readonly FoldBoundaries[]> {
  const { firstTrainDays, validationDays, testDays } = settings.walkForward;
  const originMs = time[0] ?? NaN;
  const lastMs = time.at(-1) ?? NaN;
  const rowAtDay = (days: number): number => firstRowAtOrAfter(time, originMs + days * DAY_MS);

  const folds: FoldBoundaries[] = [];
  for (;;) {
    const trainDays = firstTrainDays + folds.length * testDays;
    const testFromDays = trainDays + validationDays;
    const fold = foldOf(
      folds.length,
      rowAtDay(trainDays),
      rowAtDay(trainDays + validationDays / 2),
      rowAtDay(testFromDays),
      rowAtDay(testFromDays + testDays),
    );
    const [testFrom, testTo] = fold.parts.test;
    const cutOff = originMs + (testFromDays + testDays) * DAY_MS > lastMs;
    if (cutOff && testTo - testFrom < settings.minPartRows) break;
    const checked = checkParts(fold, settings, time.length);
    if (!checked.ok) return checked;
    folds.push(fold);
    if (cutOff) break;
  }
  return folds.length > 0 ? ok(folds) : tooShort(time, settings);
}

function foldOf(index: number, trainEnd: number, half: number, validationEnd: number, testEnd: number): FoldBoundaries {
  return {
    id: `f${index}`,
    parts: {
      train: [0, trainEnd],
      stopping: [trainEnd, half],
      choosing: [half, validationEnd],
      test: [validationEnd, testEnd],
    },
  };
}

function checkParts(fold: FoldBoundaries, settings: SplitSettings, bars: number): Result<FoldBoundaries> {
  for (const part of FOLD_PARTS) {
    const [from, to] = fold.parts[part];
    if (to - from >= settings.minPartRows) continue;
    return fail(
      'InvalidSplits',
      `The ${part} part of fold ${fold.id} has ${to - from} rows of the series’ ${bars}, below minPartRows ` +
        `${settings.minPartRows}, with ${describe(settings)}; lengthen the part or give more bars`,
      { fold: fold.id, part, rows: to - from, bars, ...settings },
    );
  }
  return ok(fold);
}

function tooShort(time: Float64Array, settings: SplitSettings): Result<never> {
  const spanDays = ((time.at(-1) ?? NaN) - (time[0] ?? NaN)) / DAY_MS;
  const { firstTrainDays, validationDays } = settings.walkForward;
  return fail(
    'InvalidSplits',
    `The series spans ${spanDays.toFixed(1)} days (${time.length} bars); the first fold needs ` +
      `${firstTrainDays + validationDays} days before a test part of at least ${settings.minPartRows} rows, with ` +
      `${describe(settings)}; shorten the parts, give more bars or use the holdout scheme`,
    { spanDays, bars: time.length, ...settings },
  );
}

function describe(settings: SplitSettings): string {
  const lengths = settings.scheme === 'holdout' ? settings.holdout : settings.walkForward;
  const named = Object.entries(lengths).map(([name, value]) => `${name} ${String(value)}`);
  return `scheme ${settings.scheme} (${named.join(', ')})`;
}
