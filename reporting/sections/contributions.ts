import type { ClassContribution, FeatureContribution } from '../../domain/core/contributions';
import type { ModelRecord } from '../../shared/contracts/run-record';
import type { SelectionReport } from '../../shared/contracts/selection';
import { contributionChartHeight, contributionsOption } from '../charts/contributions';
import { familyLabel } from '../family-names';
import { formatNumber, formatPercent, formatSigned, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { HALF_WIDTH, picture } from './pictures';

const TOP_FEATURES = 15;
/** Named in words, where no picture is drawn. */
const NAMED_FEATURES = 5;
const DECIMALS = 4;

/** Which features move the forecasts of one horizon, and which way; nothing where no model tells. */
export function contributionsBlock(
  id: string,
  models: readonly ModelRecord[],
  selection: SelectionReport | undefined,
  isCrowded: boolean,
): Markup {
  const telling = models.find(({ contributions }) => (contributions?.features.length ?? 0) > 0);
  if (telling?.contributions === undefined) return NOTHING;
  const { features, rows, folds } = telling.contributions;
  const top = features.slice(0, TOP_FEATURES);
  const label = familyLabel(telling.family);
  const heading = markup`<h4>What moves the forecasts of ${label}</h4>`;
  const said = top
    .slice(0, NAMED_FEATURES)
    .map(({ feature, down, up }) => `${feature} ${sizeText(down)} and ${sizeText(up)}`);
  if (isCrowded) {
    return markup`${heading}<p class="small">Mean |SHAP value| for down and up: ${said.join('; ')}.</p>`;
  }
  const chart = picture('Contributions of features', `SHAP values, ${label}`, contributionsOption(top), {
    id,
    width: HALF_WIDTH,
    height: contributionChartHeight(top.length),
    title: `Contributions of features to the scores of down and up, ${label}`,
    description: `Mean absolute contribution for down and up: ${said.join('; ')}.`,
  });
  return markup`${heading}<p class="small muted">SHAP values by ${label} itself, on ${plural(rows, 'test row')} evenly spaced over ${plural(folds, 'fold')}: what each feature adds to the raw score of a class, a log-odds before softmax and calibration. They tell what the model uses, not what causes the market to move. The direction is the rank correlation of the feature with its contribution, mean over the folds: above 0 a high value speaks for the class.</p>
    <div class="pair">${chart}${contributionTable(top, features.length, selection)}</div>`;
}

function contributionTable(
  top: readonly FeatureContribution[],
  total: number,
  selection: SelectionReport | undefined,
): Markup {
  const { keptShare = {}, folds = [] } = selection?.stability ?? {};
  const isJudged = folds.length > 0;
  const row = ({ feature, down, up }: FeatureContribution): Markup =>
    markup`<tr><th scope="row">${feature}</th><td class="num">${sizeText(down)}</td><td class="num">${directionText(down)}</td><td class="num">${sizeText(up)}</td><td class="num">${directionText(up)}</td>${
      isJudged ? markup`<td class="num">${formatPercent(keptShare[feature] ?? 0, 0)}</td>` : NOTHING
    }</tr>`;
  return markup`<div class="scroll"><table><caption>The largest ${String(top.length)} of ${plural(total, 'feature')}${
    isJudged ? '; kept in folds: how often it is chosen when the choice is made again on each' : ''
  }</caption><thead><tr><th scope="col">Feature</th><th scope="col" class="num">down</th><th scope="col" class="num">direction</th><th scope="col" class="num">up</th><th scope="col" class="num">direction</th>${
    isJudged ? markup`<th scope="col" class="num">kept in folds</th>` : NOTHING
  }</tr></thead><tbody>${top.map(row)}</tbody></table></div>`;
}

const sizeText = ({ size }: ClassContribution): string => formatNumber(size, DECIMALS);
const directionText = ({ direction }: ClassContribution): string => formatSigned(direction, 2);
