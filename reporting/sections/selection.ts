import type { SelectionReport } from '../../shared/contracts/selection';
import { formatCount, formatDay, formatNumber, formatPercent, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

type Judged = SelectionReport['features'][number];

const RANKED_BY: Readonly<Record<SelectionReport['method'], string>> = {
  gain: 'by the share of a small LightGBM model’s gains',
  permutation:
    'by how much the log loss of rows that a small LightGBM model has not learnt from grows when a feature is dealt out anew',
  none: 'by how far the classes lie apart along it',
};

const WHY: Readonly<Record<NonNullable<Judged['dropped']>, string>> = {
  missing: 'missing on most rows',
  constant: 'never changes',
  correlated: 'says the same as',
  unimportant: 'beyond the most that stay',
};

/** Which features the fits of a symbol were given, why the others were not, and how stable that choice is. */
export function selectionBlock(selection: SelectionReport): Markup {
  const { kept, features, notes, maxCorrelation, method, rows, span } = selection;
  return markup`<div class="horizon"><h3>How the features were chosen</h3>
    <p class="small muted">${formatCount(kept.length)} of ${plural(features.length, 'feature')}, chosen on ${plural(rows, 'row')} of the first training part (${formatDay(span[0])} to ${formatDay(span[1])}) alone. Of features whose |correlation| is above ${formatNumber(maxCorrelation, 2)} the one that separates the classes best stays; the rest is ranked ${RANKED_BY[method]}. ${stabilitySentence(selection)}</p>
    ${notes.map((note) => markup`<p class="small">${note}.</p>`)}
    <details><summary>All ${plural(features.length, 'feature')}</summary>${featureTable(selection)}</details></div>`;
}

function stabilitySentence({ stability: { folds, meanJaccard } }: SelectionReport): string {
  if (meanJaccard === null) return 'With one fold nothing can be said of how stable the choice is.';
  return `Chosen again on the training part of each of ${String(folds.length)} folds, two choices share ${formatPercent(meanJaccard)} of their features on average (Jaccard).`;
}

function featureTable({ features, stability }: SelectionReport): Markup {
  const rank = ({ dropped, importance, separation }: Judged): number =>
    (dropped === null ? 2 : 0) + (importance ?? separation ?? 0);
  const ranked = [...features].sort((a, b) => rank(b) - rank(a));
  return markup`<div class="scroll short"><table><thead><tr><th scope="col">Feature</th><th scope="col">Kept</th><th scope="col" class="num">Separation</th><th scope="col" class="num">Importance</th><th scope="col" class="num">Kept in folds</th></tr></thead><tbody>${ranked.map(
    (judged) =>
      markup`<tr><th scope="row">${judged.name}</th><td>${fateOf(judged)}</td><td class="num">${formatNumber(judged.separation, 4)}</td><td class="num">${formatNumber(judged.importance, 4)}</td><td class="num">${stability.folds.length === 0 ? NOTHING : formatPercent(stability.keptShare[judged.name] ?? 0)}</td></tr>`,
  )}</tbody></table></div>`;
}

function fateOf({ dropped, inFavourOf }: Judged): string {
  if (dropped === null) return 'yes';
  return inFavourOf === null ? WHY[dropped] : `${WHY[dropped]} ${inFavourOf}`;
}
