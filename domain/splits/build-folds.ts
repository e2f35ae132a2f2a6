import { FOLD_PARTS, type Fold, type FoldPart } from '../core/folds';
import { fail, ok, type Result } from '../core/result';
import { countRows, type RowRange } from '../core/rows';
import type { FoldBoundaries } from './boundaries';
import { checkEmbargo } from './embargo';
import { indexLabels, type LabelIndex } from './label-index';
import { purgeIndexed, type PurgedRows, type PurgeRules } from './purge';
import { purgeFaults, resolvePurgeBars, type PurgeSettings } from './settings';

/**
 * Purges the planned folds for the labels of one horizon, so that no label interval [t0, t1] of a part meets one of a
 * part that judges it: `train` is purged against the other three, `stopping` against `choosing` and `test`, `choosing`
 * against `test`; `test` loses nothing. Besides, `purgeBars` bars before each part are left out of the parts that it
 * judges.
 *
 * `time` and `t1` are aligned with the bars (see LabelColumns); `longestLabelBars` is the vertical barrier of the longest
 * horizon of the run, not only of this one, so that all horizons leave out the same bars.
 *
 * A row without t1 is never in `train`, `stopping` or `choosing`: it has no label. In `test` it stays, so that the part is
 * what was planned, and evaluation skips it. A row may have t1 and yet no class (ambiguous, or a dropped time-out): it
 * stays in every part, and whoever trains or judges leaves out rows of class NO_CLASS. `purged` counts what purge and
 * embargo took out, not the rows without a label.
 *
 * In holdout and walk-forward every part lies before the ones that judge it, so the embargo, which guards what follows a
 * judging part, takes nothing; in purged k-fold and CPCV it holds back the rows behind test, choosing and stopping parts.
 *
 * Example: 12 daily bars, labels decided one bar later, train = rows 0–5, stopping = 6–7, choosing = 8–9, test = 10–11,
 * `purgeBars` 1. Row 5 ends at row 6, where stopping begins, and goes; so do rows 7 and 9: train = [0, 5), stopping =
 * [6, 7), choosing = [8, 9), test = [10, 12). Row 11 has no t1 and stays listed in test.
 *
 * Gives InvalidSplits for `purgeBars` below the longest label, for an embargo longer than every test part, and for a part that keeps fewer than `minPartRows` rows.
 * Source: López de Prado, Advances in Financial Machine Learning (2018), ch. 7.
 */
export function buildFolds(
  time: Float64Array,
  t1: Float64Array,
  boundaries: readonly FoldBoundaries[],
  settings: PurgeSettings,
  longestLabelBars: number,
): Result<readonly Fold[]> {
  if (t1.length !== time.length) {
    return fail('InvalidSplits', `There are ${time.length} bars but ${t1.length} labels; give one t1 per bar`);
  }
  const faults = purgeFaults(settings);
  if (faults.length > 0) return fail('InvalidSplits', `Impossible splits: ${faults.join('; ')}`, { ...settings });
  const purgeBars = resolvePurgeBars(settings.purgeBars, longestLabelBars);
  if (!purgeBars.ok) return purgeBars;

  const embargo = checkEmbargo(time, boundaries, settings.embargoDays);
  if (!embargo.ok) return embargo;

  const rules: PurgeRules = { purgeBars: purgeBars.value, embargoDays: settings.embargoDays };
  const labels = indexLabels({ time, t1, longestLabelBars });
  const folds: Fold[] = [];
  for (const planned of boundaries) {
    const fold = buildFold(planned, labels, rules);
    const checked = checkKeptRows(fold, planned, settings, rules);
    if (!checked.ok) return checked;
    folds.push(fold);
  }
  return ok(folds);
}

function buildFold({ id, parts, testGroups }: FoldBoundaries, labels: LabelIndex, rules: PurgeRules): Fold {
  const purgedAgainst = (part: FoldPart, judges: readonly FoldPart[]): PurgedRows =>
    purgeIndexed(
      parts[part],
      judges.flatMap((name) => parts[name]),
      labels,
      rules,
    );
  const train = purgedAgainst('train', ['stopping', 'choosing', 'test']);
  const stopping = purgedAgainst('stopping', ['choosing', 'test']);
  const choosing = purgedAgainst('choosing', ['test']);
  const spansOf = (part: FoldPart): readonly Span[] => parts[part].map((range) => spanOf(range, labels.time));
  const hullOf = (part: FoldPart): Span => {
    const spans = spansOf(part);
    return [spans[0]?.[0] ?? NaN, spans.at(-1)?.[1] ?? NaN];
  };
  return {
    id,
    train: train.kept,
    stopping: stopping.kept,
    choosing: choosing.kept,
    test: parts.test,
    boundaries: perPart(hullOf),
    purged: { train: takenOut(train), stopping: takenOut(stopping), choosing: takenOut(choosing), test: 0 },
    ...(testGroups === undefined ? {} : { testGroups, spans: perPart(spansOf) }),
  };
}

type Span = readonly [fromMs: number, toMs: number];

/** Close instants of the first and last bar of a range. */
function spanOf([from, to]: RowRange, time: Float64Array): Span {
  return [time[from] ?? NaN, time[to - 1] ?? NaN];
}

function perPart<T>(of: (part: FoldPart) => T): Readonly<Record<FoldPart, T>> {
  return { train: of('train'), stopping: of('stopping'), choosing: of('choosing'), test: of('test') };
}

function takenOut({ purged, embargoed }: PurgedRows): number {
  return purged + embargoed;
}

function checkKeptRows(
  fold: Fold,
  planned: FoldBoundaries,
  settings: PurgeSettings,
  { purgeBars, embargoDays }: PurgeRules,
): Result<Fold> {
  for (const part of FOLD_PARTS) {
    const rows = countRows(fold[part]);
    if (rows >= settings.minPartRows) continue;
    const plannedRows = countRows(planned.parts[part]);
    return fail(
      'InvalidSplits',
      `The ${part} part of fold ${fold.id} keeps ${rows} of ${plannedRows} rows (${fold.purged[part]} purged), below ` +
        `minPartRows ${settings.minPartRows}, with purgeBars ${purgeBars} and embargoDays ${embargoDays}; lengthen the ` +
        'part, lower splits.purgeBars (not below the longest label), shorten the horizons or give more bars',
      { fold: fold.id, part, rows, planned: plannedRows, ...settings, purgeBars },
    );
  }
  return ok(fold);
}
