import {
  DIAGNOSIS_LEVEL,
  isFound,
  type DiagnosedFeature,
  type DiagnosedTarget,
  type ExplosivePrice,
  type Diagnosis,
  type TestedBreak,
} from '../../shared/contracts/diagnosis';
import { formatCount, formatDay, formatNumber, formatPercent, formatSigned, plural } from '../format';
import { targetBreakText } from '../target-breaks';
import { markup, NOTHING, type Markup } from '../markup';

/** Which features and targets are stationary, where they break, and what that means for what was learnt of them. */
export function diagnosisBlock(diagnosis: Diagnosis | undefined, isCrowded: boolean): Markup {
  if (diagnosis === undefined) return NOTHING;
  const { span, rows, features, targets, price } = diagnosis;
  return markup`<div class="horizon"><h3>Stationarity and breaks</h3>
    <p class="small muted">Tested on the first training part alone (${formatDay(span[0])} to ${formatDay(span[1])}, ${plural(rows, 'bar')}): unit roots by the augmented Dickey–Fuller test, one break of the mean by sup-F, of the variance by CUSUM of squares. Tests of one kind are judged beside one another (Benjamini–Hochberg): of what is called found, ${formatPercent(DIAGNOSIS_LEVEL, 0)} is not there on average.</p>
    ${featureSentences(features).map((sentence) => markup`<p class="small">${sentence}</p>`)}
    ${targets.map((target) => markup`<p class="small">${targetSentence(target)}</p>`)}
    ${price === null ? NOTHING : markup`<p class="small">${priceSentence(price)}</p>`}
    ${targetTable(targets)}
    ${isCrowded ? NOTHING : markup`<details><summary>All ${plural(features.length, 'feature')}</summary>${featureTable(features)}</details>`}</div>`;
}

function featureSentences(features: readonly DiagnosedFeature[]): readonly string[] {
  const tested = features.filter(({ unitRoot }) => unitRoot !== null);
  const moving = tested.filter(({ unitRoot }) => !isFound(unitRoot));
  const broken = features.filter(({ meanBreak }) => isFound(meanBreak));
  const stationary = tested.length - moving.length;
  const share = `${formatCount(stationary)} of ${plural(tested.length, 'tested feature')} ${stationary === 1 ? 'is' : 'are'} stationary (${formatPercent(stationary / Math.max(1, tested.length), 0)})`;
  return [
    tested.length === 0
      ? 'No feature could be tested.'
      : moving.length === 0
        ? `${share}: none was found to wander away from the levels that a model learns of it.`
        : `${share}. Not shown to be so: ${moving.map(withP).join(', ')}. Levels of these that a model has learnt may never come back; their changes, ratios or fractional differences (features.fracDiff) would.`,
    ...(broken.length === 0
      ? []
      : [
          `The mean of ${plural(broken.length, 'stationary feature')} moved within the part: ${[...broken].sort(byBreak).slice(0, NAMED).map(withBreak).join(', ')}${broken.length > NAMED ? ` and ${formatCount(broken.length - NAMED)} more` : ''}. A scaler or a split of a tree fitted on the whole part stands between the two sides.`,
        ]),
  ];
}

/** So many are named; all of them stand in the table. */
const NAMED = 8;

const withP = ({ name, unitRoot }: DiagnosedFeature): string => `${name} (p ${formatP(unitRoot?.adjustedP)})`;
const withBreak = ({ name, meanBreak }: DiagnosedFeature): string =>
  `${name} (about ${formatDay(meanBreak?.atMs ?? null)}, by ${formatSigned(meanBreak?.size ?? null, 2)} standard deviations)`;
const byBreak = (a: DiagnosedFeature, b: DiagnosedFeature): number =>
  (a.meanBreak?.adjustedP ?? 1) - (b.meanBreak?.adjustedP ?? 1);

function targetSentence(target: DiagnosedTarget): string {
  const of = `The target of ${plural(target.horizonBars, 'bar')}`;
  if (target.untested !== null || target.unitRoot === null)
    return `${of} could not be tested: ${plural(target.rows, 'outcome')} that share no bar say too little.`;
  const broken = targetBreakText(target);
  const wanders = isFound(target.unitRoot) ? '' : ` ${of} is not shown to be stationary.`;
  if (broken === null) return `${of} has no break that its ${plural(target.rows, 'outcome')} show.${wanders}`;
  return `${of} changed its ${broken}: rows before tell of another market. A rolling window (splits.walkForward.window) or a decay of weights (labels.weights.timeDecay) relies on them less.${wanders}`;
}

/** Whether the price grew faster than a random walk does, where and what that means. */
function priceSentence({ days, supremum, critical, fromMs, toMs }: ExplosivePrice): string {
  const measured = `GSADF ${formatNumber(supremum, 2)}, critical at 5 % ${formatNumber(critical.supremum, 2)}, ${plural(days, 'daily close')}`;
  if (supremum <= critical.supremum) return `The price was nowhere more explosive than a random walk (${measured}).`;
  return `The price was explosive from ${formatDay(fromMs)} to ${formatDay(toMs)} (${measured}): what was learnt there is how that episode went. Changes of volatility alone raise the statistic too.`;
}

function targetTable(targets: readonly DiagnosedTarget[]): Markup {
  if (targets.length === 0) return NOTHING;
  return markup`<div class="scroll"><table><caption>Targets: outcomes in ATR of rows so far apart that no two share a bar; p adjusted</caption><thead><tr><th scope="col">Horizon</th><th scope="col" class="num">Outcomes</th><th scope="col" class="num">ADF</th><th scope="col" class="num">p</th><th scope="col">Likeliest break of the mean</th><th scope="col" class="num">by, SD</th><th scope="col" class="num">p</th><th scope="col">of the variance</th><th scope="col" class="num">SD ratio</th><th scope="col" class="num">p</th></tr></thead><tbody>${targets.map(
    ({ horizonBars, rows, unitRoot, meanBreak, varianceBreak }) =>
      markup`<tr><th scope="row">${plural(horizonBars, 'bar')}</th><td class="num">${formatCount(rows)}</td><td class="num">${formatNumber(unitRoot?.statistic ?? null, 2)}</td><td class="num">${formatP(unitRoot?.adjustedP)}</td>${breakCells(meanBreak, formatSigned)}${breakCells(varianceBreak, formatNumber)}</tr>`,
  )}</tbody></table></div>`;
}

function breakCells(found: TestedBreak | null, size: typeof formatNumber): Markup {
  return markup`<td>${formatDay(found?.atMs ?? null)}</td><td class="num">${size(found?.size ?? null, 2)}</td><td class="num">${formatP(found?.adjustedP)}</td>`;
}

const WHY_UNTESTED: Readonly<Record<NonNullable<DiagnosedFeature['untested']>, string>> = {
  calendar: 'calendar: comes back by the clock',
  constant: 'never changes',
  short: 'too few values',
};

function featureTable(features: readonly DiagnosedFeature[]): Markup {
  const p = ({ unitRoot }: DiagnosedFeature): number => unitRoot?.adjustedP ?? -1;
  const ranked = [...features].sort((a, b) => p(b) - p(a));
  return markup`<div class="scroll short"><table><thead><tr><th scope="col">Feature</th><th scope="col">Stationary</th><th scope="col" class="num">ADF</th><th scope="col" class="num">Lags</th><th scope="col" class="num">p</th><th scope="col">Likeliest break of the mean</th><th scope="col" class="num">by, SD</th><th scope="col" class="num">p</th></tr></thead><tbody>${ranked.map(
    (feature) =>
      markup`<tr><th scope="row">${feature.name}</th><td>${standingOf(feature)}</td><td class="num">${formatNumber(feature.unitRoot?.statistic ?? null, 2)}</td><td class="num">${feature.unitRoot === null ? NOTHING : formatCount(feature.unitRoot.lags)}</td><td class="num">${formatP(feature.unitRoot?.adjustedP)}</td>${breakCells(feature.meanBreak, formatSigned)}</tr>`,
  )}</tbody></table></div>`;
}

function standingOf({ unitRoot, untested }: DiagnosedFeature): string {
  if (untested !== null) return WHY_UNTESTED[untested];
  if (unitRoot === null) return 'not defined: its past foretells it';
  return isFound(unitRoot) ? 'yes' : 'not shown';
}

function formatP(value: number | undefined): string {
  if (value === undefined) return formatNumber(null, 3);
  return value < 0.001 ? '< 0.001' : formatNumber(value, 3);
}
