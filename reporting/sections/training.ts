import type { SymbolRecord } from '../../shared/contracts/run-record';
import { familyLabel, shortFamilyLabel } from '../family-names';
import { formatCount, formatNumber, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { chooseCurves, meanAttention, trainedNetsOf, type FoldTraining, type TrainedNet } from '../trained-nets';
import { attentionPicture, attentionSentence, learningPicture, variablesPicture, variablesText } from './net-pictures';

/** Up to so many curves are shown unfolded. */
const OPEN_CURVES = 12;

export interface TrainingSettings {
  /** Position of the symbol in the run: ids start with it. */
  readonly index: number;
  readonly isOpen: boolean;
  readonly isCrowded: boolean;
  /** Learning curves that this symbol may draw, so that the page stays small. */
  readonly curveLimit: number;
}

/** How the nets of one symbol were trained; nothing where it has none. */
export function trainingBlock(symbol: SymbolRecord, settings: TrainingSettings): Markup {
  const nets = trainedNetsOf(symbol);
  if (nets.length === 0) return NOTHING;
  const { index, isCrowded } = settings;
  return markup`<div class="horizon training"><h3>How the nets were trained</h3>
    <p class="small muted">One fit a fold learns all its horizons at once. Training ends when the loss on the stopping part has not fallen for the configured number of epochs, and the weights of the best epoch are kept.</p>
    ${isCrowded ? netTable(nets) : foldTable(nets)}${happenings(nets)}
    ${isCrowded ? NOTHING : curvesBlock(nets, settings)}
    ${nets.map((net, at) => explanationBlock(`s${index}-n${at}`, net, isCrowded))}</div>`;
}

const COLUMNS = ['Parameters', 'Window', 'Epochs', 'Kept', 'Its stopping loss', 'Updates', 'Learning rate', 'Rungs'];

function table(caption: string, heads: readonly string[], rows: readonly Markup[], isLong: boolean): Markup {
  return markup`<div class="scroll${isLong ? ' short' : ''}"><table><caption>${caption}</caption><thead><tr>${heads.map(
    (head) => markup`<th scope="col"${COLUMNS.includes(head) ? markup` class="num"` : NOTHING}>${head}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** One row for each net and fold. */
function foldTable(nets: readonly TrainedNet[]): Markup {
  const rows = nets.flatMap((net) => net.folds.map((fold, at) => foldRow(net, fold, at === 0)));
  return table('Every fit; the epochs count from 1', ['Net', 'Fold', ...COLUMNS], rows, rows.length > 16);
}

function foldRow(net: TrainedNet, fold: FoldTraining, isFirst: boolean): Markup {
  const best = fold.epochs.find(({ epoch }) => epoch === fold.bestEpoch);
  const numbers = [
    formatCount(fold.parameters),
    plural(fold.lookback, 'bar'),
    formatCount(fold.epochs.length),
    best === undefined ? '–' : formatCount(best.epoch + 1),
    formatNumber(best?.stoppingLoss ?? null, 4),
    formatCount(fold.steps),
    ratesText(fold),
    countOrDash(fold.rungs.length),
  ];
  return markup`<tr><th scope="row">${isFirst ? netName(net) : markup`<span class="muted small">${shortFamilyLabel(net.family)}</span>`}</th><td>${fold.foldId}</td>${numbers.map(numberCell)}</tr>`;
}

/** One row for each net, with the span over its folds: for pages with too many symbols for every fold. */
function netTable(nets: readonly TrainedNet[]): Markup {
  return table(
    'Every net, with the span over its folds; the epochs count from 1',
    ['Net', 'Folds', ...COLUMNS],
    nets.map(netRow),
    false,
  );
}

function netRow(net: TrainedNet): Markup {
  const { folds } = net;
  const best = folds.flatMap(({ epochs, bestEpoch }) => epochs.filter(({ epoch }) => epoch === bestEpoch));
  const numbers = [
    spanText(
      folds.map(({ parameters }) => parameters),
      formatCount,
    ),
    spanText(
      folds.map(({ lookback }) => lookback),
      (bars) => plural(bars, 'bar'),
    ),
    spanText(
      folds.map(({ epochs }) => epochs.length),
      formatCount,
    ),
    spanText(
      best.map(({ epoch }) => epoch + 1),
      formatCount,
    ),
    spanText(
      best.map(({ stoppingLoss }) => stoppingLoss),
      (loss) => formatNumber(loss, 4),
    ),
    formatCount(folds.reduce((sum, { steps }) => sum + steps, 0)),
    spanText(
      folds.flatMap(({ epochs }) => epochs.slice(0, 1).map(({ learningRate }) => learningRate)),
      rateText,
    ),
    countOrDash(folds.reduce((sum, { rungs }) => sum + rungs.length, 0)),
  ];
  return markup`<tr><th scope="row">${netName(net)}</th><td>${folds.length}</td>${numbers.map(numberCell)}</tr>`;
}

function netName({ family, horizons }: TrainedNet): Markup {
  return markup`${shortFamilyLabel(family)}<br><span class="muted small">${horizons.join(' and ')} bars</span>`;
}

const countOrDash = (count: number): string => (count === 0 ? '–' : formatCount(count));
const numberCell = (text: string): Markup => markup`<td class="num">${text}</td>`;

/** Steps down the ladder and notes of every fit, beneath the table, where a sentence has room. */
function happenings(nets: readonly TrainedNet[]): Markup {
  const lines = nets.flatMap(({ family, folds }) =>
    folds.flatMap(({ foldId, rungs, notes }) => {
      const where = markup`<b>${shortFamilyLabel(family)} ${foldId}</b>`;
      return [
        ...rungs.map(({ note }, at) => markup`<li>${where} <span class="caution">rung ${at + 1}:</span> ${note}</li>`),
        ...notes.map((note) => markup`<li>${where} ${note}</li>`),
      ];
    }),
  );
  return lines.length === 0 ? NOTHING : markup`<ul class="notes small">${lines}</ul>`;
}

function curvesBlock(nets: readonly TrainedNet[], { index, isOpen, curveLimit }: TrainingSettings): Markup {
  const curves = chooseCurves(nets, curveLimit);
  if (curves.length === 0) return NOTHING;
  const fits = nets.reduce((sum, net) => sum + net.folds.length, 0);
  const note =
    curves.length < fits ? `the last fold of each net; the table has all ${plural(fits, 'fit')}` : 'every fit';
  return markup`<details class="after"${isOpen && curves.length <= OPEN_CURVES ? markup` open` : NOTHING}><summary><b>Learning curves</b><span class="muted small">${note}</span></summary>
    <p class="small key"><span><i class="line train"></i>loss on the training part</span><span><i class="line stopping"></i>loss on the stopping part</span><span><i class="ring"></i>epoch whose weights were kept</span></p>
    <div class="curves">${curves.map((curve, at) => learningPicture(`s${index}-curve${at}`, curve))}</div></details>`;
}

/** What a net tells of its own: where in the window it looked and which features it chose. */
function explanationBlock(id: string, net: TrainedNet, isCrowded: boolean): Markup {
  const attention = meanAttention(net);
  if (attention === null) return NOTHING;
  if (isCrowded)
    return markup`<p class="small"><b>Attention</b> of ${familyLabel(net.family)}: ${attentionSentence(attention)}</p>${variablesText(net)}`;
  return markup`<h4>What the ${familyLabel(net.family)} looked at</h4><p class="small">${attentionSentence(attention)}</p>
    <div class="pair">${attentionPicture(`${id}-attention`, net, attention)}${variablesPicture(`${id}-variables`, net)}</div>`;
}

/** The learning rate of the first and the last epoch. */
function ratesText({ epochs }: FoldTraining): string {
  const rates = [epochs[0], epochs[epochs.length - 1]].map((epoch) => epoch?.learningRate ?? null);
  const texts = rates.map((rate) => (rate === null ? '–' : rateText(rate)));
  return [...new Set(texts)].join(' → ');
}

function rateText(rate: number): string {
  if (!Number.isFinite(rate)) return '–';
  return rate !== 0 && rate < 1e-4 ? rate.toExponential(1).replace('-', '−') : String(Number(rate.toPrecision(2)));
}

/** The least and the largest of the numbers, as one where they are written alike. */
function spanText(values: readonly number[], format: (value: number) => string): string {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return '–';
  const ends = [Math.min(...known), Math.max(...known)].map(format);
  return [...new Set(ends)].join(' to ');
}
