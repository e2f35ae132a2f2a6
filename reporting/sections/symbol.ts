import type { FoldRecord, LabelRecord, ModelRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { baselineOf, BASELINE_FAMILY, bestOf, horizonsOf, modelsOf } from '../comparison';
import { OUTCOMES } from '../charts/label-distribution';
import { familyLabel } from '../family-names';
import { formatCount, formatDay, formatNumber, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { FOLD_PARTS } from '../../domain/core/folds';
import { barriersBlock } from './barriers';
import { contributionsBlock } from './contributions';
import { diagnosisBlock } from './diagnosis';
import { earnedPlaceBlock } from './earned-place';
import { ledgerSection } from './ledger';
import { confusionTable, modelsTable } from './models';
import {
  equityPicture,
  foldsPicture,
  importancesPicture,
  importancesText,
  labelsPicture,
  reliabilityPictures,
} from './pictures';
import { preparedBlock } from './prepared';
import { primaryNote, primaryText } from './primary';
import { regimesBlock } from './regimes';
import { selectionBlock } from './selection';
import { symbolStages } from './stages';
import { trainingBlock } from './training';
import { uniquenessPicture } from './uniqueness';

/** Points of a capital curve: all that an evaluation holds, or what keeps a page of hundreds of symbols small. */
const CURVE_POINTS = 500;
const CROWDED_CURVE_POINTS = 120;

export interface SymbolSettings {
  /** Position in the run: every id of the section starts with it, because a symbol's name may hold anything. */
  readonly index: number;
  readonly isOpen: boolean;
  /** Whether the run has so many symbols that only the pictures that nothing else says are drawn. */
  readonly isCrowded: boolean;
  /** Learning curves that the symbol may draw. */
  readonly curveLimit: number;
}

/** Everything about one symbol, folded away under one line. */
export function symbolSection(symbol: SymbolRecord, settings: SymbolSettings): Markup {
  const { index, isOpen, isCrowded } = settings;
  const isFailed = symbol.status === 'failed';
  return markup`<details class="card"${isOpen ? markup` open` : NOTHING}><summary><h3>${symbol.symbol}</h3>${
    isFailed ? markup` <span class="pill bad">failed</span>` : NOTHING
  }<span class="muted small">${subtitle(symbol)}</span></summary>
    <div class="body" id="symbol-${index}">${failureNote(symbol)}
    ${primaryNote(symbol)}
    ${labelsBlock(`s${index}`, symbol.labels, isCrowded)}
    ${barriersBlock(symbol.barriers)}
    ${preparedBlock(symbol.prepared)}
    ${diagnosisBlock(symbol.diagnosis, isCrowded)}
    ${symbol.selection === undefined ? NOTHING : selectionBlock(symbol.selection)}
    ${horizonsToShow(symbol).map((horizonBars) => horizonBlock(symbol, horizonBars, settings))}
    ${trainingBlock(symbol, settings)}
    ${symbol.ledger === null ? NOTHING : ledgerSection(`s${index}-gaps`, symbol.ledger, isCrowded)}
    ${symbolStages(symbol, !isCrowded)}</div></details>`;
}

function subtitle(symbol: SymbolRecord): string {
  const { ledger } = symbol;
  const span = ledger === null ? '' : `, ${formatDay(ledger.firstMs)} to ${formatDay(ledger.lastMs)}`;
  return `${plural(symbol.bars, 'bar')}${span}`;
}

function failureNote(symbol: SymbolRecord): Markup {
  if (symbol.failure === null) return NOTHING;
  return markup`<p class="bad"><code>${symbol.failure.code}</code> ${symbol.failure.message}</p>`;
}

/** Horizons that were judged, and those of which only folds exist because a later stage failed or was left out. */
function horizonsToShow(symbol: SymbolRecord): readonly number[] {
  const split = symbol.folds.map((fold) => fold.horizonBars);
  return [...new Set([...horizonsOf(symbol), ...split])].sort((a, b) => a - b);
}

function labelsBlock(id: string, labels: readonly LabelRecord[], isCrowded: boolean): Markup {
  if (labels.length === 0) return NOTHING;
  const table = labelsTable(labels);
  if (isCrowded) return table;
  const uniqueness = uniquenessPicture(`${id}-uniqueness`, labels);
  const isTold = uniqueness !== NOTHING;
  return markup`<div class="pair">${labelsPicture(`${id}-labels`, labels)}${isTold ? uniqueness : markup`<div>${table}</div>`}</div>${isTold ? table : NOTHING}`;
}

function labelsTable(labels: readonly LabelRecord[]): Markup {
  const isTold = labels.some(({ uniqueness }) => uniqueness !== undefined);
  return markup`<div class="scroll"><table><caption>Labels; ambiguous ones touched both barriers inside one bar and are not trained on</caption><thead><tr><th scope="col">Horizon</th>${OUTCOMES.map(
    (name) => markup`<th scope="col" class="num">${name}</th>`,
  )}<th scope="col" class="num">bars to decide</th>${isTold ? markup`<th scope="col" class="num">uniqueness</th>` : NOTHING}</tr></thead><tbody>${labels.map(
    (label) =>
      markup`<tr><th scope="row">${plural(label.horizonBars, 'bar')}</th>${OUTCOMES.map(
        (name) => markup`<td class="num">${formatCount(label.counts[name])}</td>`,
      )}<td class="num">${formatNumber(label.meanBars, 1)}</td>${isTold ? markup`<td class="num">${formatNumber(label.uniqueness?.mean ?? null, 3)}</td>` : NOTHING}</tr>`,
  )}</tbody></table></div>`;
}

function horizonBlock(symbol: SymbolRecord, horizonBars: number, settings: SymbolSettings): Markup {
  const { index, isCrowded } = settings;
  const id = `s${index}-h${horizonBars}`;
  const models = modelsOf(symbol, horizonBars);
  const best = bestOf(models);
  const folds = symbol.folds.filter((fold) => fold.horizonBars === horizonBars);
  return markup`<div class="horizon"><h3>Horizon ${horizonBars} bars</h3>
    ${best === null ? NOTHING : judgedBlock(id, best, models, isCrowded)}
    ${contributionsBlock(`${id}-shap`, models, symbol.selection, isCrowded)}
    ${earnedPlaceBlock(id, models, isCrowded)}
    <div class="pair">${isCrowded ? NOTHING : foldsPicture(`${id}-folds`, folds)}<div>${foldsTable(folds)}${embargoText(symbol.embargo)}</div></div>
    ${best === null || isCrowded ? NOTHING : regimesBlock(`${id}-regimes`, best)}
    ${best === null ? NOTHING : confusionTable(best)}</div>`;
}

function judgedBlock(id: string, best: ModelRecord, models: readonly ModelRecord[], isCrowded: boolean): Markup {
  const points = isCrowded ? CROWDED_CURVE_POINTS : CURVE_POINTS;
  // Most nets tell nothing of their features; then the best model that does stands in, under its name.
  const telling = models.find(({ importances }) => importances.length > 0) ?? best;
  return markup`<p class="small muted">${bestText(best, models)}${pathsText(best)}</p>${primaryText(best)}${modelsTable(models)}
    <div class="pair">${equityPicture(`${id}-equity`, best, models, points)}${
      isCrowded ? importancesText(telling) : importancesPicture(`${id}-importances`, telling)
    }</div>${reliabilityPictures(`${id}-reliability`, best)}`;
}

/** Which model the pictures show, and whether the baseline did better: an honest reader wants to know first. */
function bestText(best: ModelRecord, models: readonly ModelRecord[]): string {
  const shown = `Pictures show ${familyLabel(best.family)}, the lowest log loss here`;
  const baseline = baselineOf(models);
  if (baseline === null || best.family === BASELINE_FAMILY) return `${shown}.`;
  const isBeaten = baseline.evaluation.metrics.logLoss.value <= best.evaluation.metrics.logLoss.value;
  return isBeaten ? `${shown} beside the majority baseline, which is no worse than any model.` : `${shown}.`;
}

/** What the numbers of several backtest paths are, and how far the best model's Sharpe ratios lie apart. */
function pathsText({ evaluation }: ModelRecord): string {
  const sharpes = (evaluation.paths ?? []).flatMap(({ sharpe }) => sharpe ?? []);
  if (evaluation.paths === undefined || sharpes.length === 0) return '';
  const [low, high] = [Math.min(...sharpes), Math.max(...sharpes)];
  return ` Numbers are means over ${plural(evaluation.paths.length, 'backtest path')}; its Sharpe ratios lie between ${formatNumber(low, 2)} and ${formatNumber(high, 2)}.`;
}

/** How many trading days stay free behind what judges, and why. */
function embargoText(embargo: SymbolRecord['embargo']): Markup {
  if (embargo === undefined) return NOTHING;
  const { days, by, measured } = embargo;
  const why = by === 'autocorrelation' ? 'as long as the features remember' : 'as configured';
  const found =
    measured === null
      ? NOTHING
      : markup` On the first training part their mean autocorrelation is ${formatNumber(measured.meanAutocorrelation, 2)} after ${plural(measured.days, 'trading day')}.`;
  return markup`<p class="small muted">Embargo: ${plural(days, 'trading day')}, ${why}.${found}</p>`;
}

function foldsTable(folds: readonly FoldRecord[]): Markup {
  if (folds.length === 0) return NOTHING;
  return markup`<div class="scroll short"><table><caption>Rows of each part after purge and embargo, and rows taken out (−)</caption><thead><tr><th scope="col">Fold</th>${FOLD_PARTS.map(
    (part) => markup`<th scope="col" class="num">${part}</th>`,
  )}<th scope="col">Test period</th></tr></thead><tbody>${folds.map(
    (fold) =>
      markup`<tr><th scope="row">${fold.id}</th>${FOLD_PARTS.map(
        (part) =>
          markup`<td class="num">${formatCount(fold.rows[part])} <span class="muted small">${fold.purged[part] === 0 ? '−0' : formatCount(-fold.purged[part])}</span></td>`,
      )}<td class="num">${fold.boundaries.test.map(formatDay).join(' to ')}</td></tr>`,
  )}</tbody></table></div>`;
}
