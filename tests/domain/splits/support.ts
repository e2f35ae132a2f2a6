import fc from 'fast-check';
import type { LabelIntervals, PurgeRules } from '../../../domain/splits/purge';
import { expandRanges, type RowRange } from '../../../domain/core/rows';
import type { SplitSettings } from '../../../domain/splits/settings';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A Monday, midnight UTC. */
export const MONDAY_MS = Date.UTC(2024, 0, 1);

/** Daily closes at 16:00 UTC. */
export function dailyTimes(days: number): Float64Array {
  return Float64Array.from({ length: days }, (_, i) => MONDAY_MS + i * DAY_MS + 16 * HOUR_MS);
}

/** t1 of labels that are all decided `bars` bars later; none for the last ones. */
export function fixedT1(time: Float64Array, bars: number): Float64Array {
  return time.map((_, row) => time[row + bars] ?? NaN);
}

export const SETTINGS: SplitSettings = {
  scheme: 'holdout',
  holdout: { train: 0.6, validation: 0.2, test: 0.2 },
  walkForward: { window: 'anchored', firstTrainDays: 10, validationDays: 6, testDays: 4 },
  groups: { count: 5, testGroups: 2, prologueShare: 0.2, stratifyByRegime: false },
  purgeBars: null,
  embargoDays: 1,
  minPartRows: 1,
};

/** Close instants with pauses of hours and of days. */
function timesArbitrary(minLength: number, maxLength: number, usualBars: number): fc.Arbitrary<Float64Array> {
  const pauseHours = fc.oneof(
    { weight: usualBars, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: 20, max: 90 }) },
  );
  return fc.array(pauseHours, { minLength, maxLength }).map((pauses) => {
    let instant = MONDAY_MS;
    return Float64Array.from(pauses, (hours) => (instant += hours * HOUR_MS));
  });
}

/** A series with random labels: decided 1 … longest bars later, sometimes never. */
export function seriesArbitrary(
  minLength: number,
  maxLength: number,
  longest = 6,
  pauses: 'many pauses' | 'few pauses' = 'many pauses',
): fc.Arbitrary<LabelIntervals> {
  return fc
    .record({
      time: timesArbitrary(minLength, maxLength, pauses === 'many pauses' ? 12 : 60),
      longestLabelBars: fc.integer({ min: 1, max: longest }),
    })
    .chain(({ time, longestLabelBars }) =>
      fc
        .array(
          fc.record({ bars: fc.integer({ min: 1, max: longestLabelBars }), lost: fc.integer({ max: 9, min: 0 }) }),
          {
            minLength: time.length,
            maxLength: time.length,
          },
        )
        .map((labels) => ({
          time,
          t1: time.map((_, row) => (labels[row]!.lost === 0 ? NaN : (time[row + labels[row]!.bars] ?? NaN))),
          longestLabelBars,
        })),
    );
}

/** The interval of a row's label, by the words of the definition. */
export function intervalOf({ time, t1, longestLabelBars }: LabelIntervals, row: number): [number, number] {
  const latest = row + longestLabelBars < time.length ? time[row + longestLabelBars]! : Infinity;
  return [time[row]!, Number.isNaN(t1[row]!) ? latest : t1[row]!];
}

export function meet(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] <= b[1] && b[0] <= a[1];
}

/** Why training must not see a row, found by comparing it with every evaluated row; null if it may. */
export function reasonAgainst(
  row: number,
  evaluated: readonly RowRange[],
  labels: LabelIntervals,
  rules: PurgeRules,
): 'interval' | 'purgeBars' | 'embargo' | 'unlabelled' | null {
  const rows = [...expandRanges(evaluated)];
  const own = intervalOf(labels, row);
  if (rows.some((other) => meet(own, intervalOf(labels, other)))) return 'interval';
  if (evaluated.some(([from]) => row < from && from - row <= rules.purgeBars)) return 'purgeBars';
  if (rows.some((other) => other < row && withinEmbargo(row, intervalOf(labels, other)[1], labels, rules)))
    return 'embargo';
  return Number.isNaN(labels.t1[row]!) ? 'unlabelled' : null;
}

/** Counts the dates on which bars close, from the one after `endMs` up to the row's own. */
function withinEmbargo(row: number, endMs: number, { time }: LabelIntervals, { embargoDays }: PurgeRules): boolean {
  if (embargoDays === 0) return false;
  const dateOf = (instant: number) =>
    instant === Infinity ? '9999-12-31' : new Date(instant).toISOString().slice(0, 10);
  const dates = new Set([...time].map(dateOf));
  const passed = [...dates].filter((date) => date > dateOf(endMs) && date <= dateOf(time[row]!));
  return passed.length <= Math.ceil(embargoDays);
}
