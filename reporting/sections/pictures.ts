import { CLASS_NAMES } from '../../domain/core/classes';
import type { ClassName } from '../../domain/core/classes';
import type { EquityPoint } from '../../domain/core/evaluation';
import type { FoldRecord, LabelRecord, ModelRecord } from '../../shared/contracts/run-record';
import { drawChart, type ChartFrame } from '../charts/draw';
import { equityOption, MAX_CURVES, type EquityCurve } from '../charts/equity';
import { foldChartHeight, foldsOption } from '../charts/folds';
import { importanceChartHeight, importancesOption, topFeatures } from '../charts/importances';
import { labelChartHeight, labelDistributionOption, OUTCOMES } from '../charts/label-distribution';
import { reliabilityOption } from '../charts/reliability';
import { thinEquity } from '../charts/thin';
import { BASELINE_FAMILY } from '../comparison';
import { familyIndex, familyLabel, isNet, shortFamilyLabel } from '../family-names';
import { formatDay, formatNumber, formatPercent, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { pathsNote } from './models';

/** Half of the page, and a third of it, at 1280 pixels; both fill the width of a phone. */
export const HALF_WIDTH = 500;
const THIRD_WIDTH = 360;
/** A pale line needs fewer points than the strong one. */
const FAN_THINNING = 5;
const EQUITY_HEIGHT = 318;
const RELIABILITY_HEIGHT = 330;

/** Capital of every model with the drawdown of the best one; nothing where no curve has two points. */
export function equityPicture(
  id: string,
  best: ModelRecord,
  models: readonly ModelRecord[],
  pointLimit: number,
): Markup {
  const curve = curveOf(best, pointLimit);
  const first = curve.points[0];
  const last = curve.points[curve.points.length - 1];
  if (first === undefined || last === undefined || curve.points.length < 2) return NOTHING;
  const compared = comparedWith(best, models);
  const others = compared.map((model) => curveOf(model, pointLimit));
  const left = models.length - 1 - compared.length;
  const fan = (best.evaluation.equityPaths ?? []).map((points) =>
    thinEquity(points, Math.ceil(pointLimit / FAN_THINNING)),
  );
  const ofPaths =
    fan.length === 0 ? '' : `; the path of the median Sharpe ratio, and ${fan.length} of its paths in pale`;
  const note = `test period, after costs${ofPaths}${left > 0 ? `; ${plural(left, 'weaker net')} not drawn` : ''}`;
  return picture('Capital and drawdown', note, equityOption(curve, others, fan), {
    id,
    width: HALF_WIDTH,
    height: EQUITY_HEIGHT,
    title: `Capital and drawdown of ${familyLabel(best.family)} over the test period, after costs`,
    description:
      `From ${formatDay(first.time)} to ${formatDay(last.time)} capital went from ${formatNumber(first.equity, 3)} to ` +
      `${formatNumber(last.equity, 3)}; the deepest drawdown was ${formatPercent(deepestDrawdown(best.evaluation.equity))}. ` +
      `Other lines: ${others.map((other) => other.label).join(', ') || 'none'}.${fanText(best)}`,
  });
}

/** Where the paths of a fan end. */
function fanText({ evaluation }: ModelRecord): string {
  const ends = (evaluation.equityPaths ?? []).flatMap((points) => points.at(-1)?.equity ?? []);
  if (ends.length === 0) return '';
  return ` Its paths end between ${formatNumber(Math.min(...ends), 3)} and ${formatNumber(Math.max(...ends), 3)}.`;
}

/** The simple models and then the nets, best first, as far as there is room: in the order of families. */
function comparedWith(best: ModelRecord, models: readonly ModelRecord[]): readonly ModelRecord[] {
  const others = models.filter((model) => model !== best);
  const simple = others.filter((model) => !isNet(model.family));
  const nets = others.filter((model) => isNet(model.family)).slice(0, Math.max(0, MAX_CURVES - 1 - simple.length));
  return [...simple, ...nets].sort((a, b) => familyIndex(a.family) - familyIndex(b.family));
}

/** One reliability diagram for each class that has judged rows. */
export function reliabilityPictures(id: string, model: ModelRecord): Markup {
  const pictures = CLASS_NAMES.map((className) => reliabilityPicture(`${id}-${className}`, className, model));
  return markup`<div class="triple">${pictures}</div>`;
}

function reliabilityPicture(id: string, className: ClassName, model: ModelRecord): Markup {
  const bins = model.evaluation.reliability[className];
  const filled = bins.filter((bin) => bin.count > 0);
  if (filled.length === 0) return NOTHING;
  const said = filled.map((bin) => `${formatPercent(bin.meanForecast)} came true ${formatPercent(bin.observedShare)}`);
  return picture(
    `Reliability of “${className}”`,
    `${familyLabel(model.family)}${pathsNote(model)}`,
    reliabilityOption(className, bins),
    {
      id,
      width: THIRD_WIDTH,
      height: RELIABILITY_HEIGHT,
      title: `Reliability diagram of class ${className}, ${familyLabel(model.family)}`,
      description: `Mean forecast and observed share of each bin: ${said.join('; ')}.`,
    },
  );
}

export function importancesPicture(id: string, model: ModelRecord): Markup {
  const top = topFeatures(model.importances);
  if (top.length === 0) return NOTHING;
  const said = top.slice(0, 5).map((entry) => `${entry.feature} ${formatPercent(entry.share)}`);
  return picture('Most important features', familyLabel(model.family), importancesOption(model.importances), {
    id,
    width: HALF_WIDTH,
    height: importanceChartHeight(top.length),
    title: `Most important features of ${familyLabel(model.family)}`,
    description: `Shares of the total: ${said.join(', ')}.`,
  });
}

/** The same in words, for pages with too many symbols for every picture. */
export function importancesText(model: ModelRecord): Markup {
  const top = topFeatures(model.importances);
  if (top.length === 0) return NOTHING;
  const said = top.map((entry) => `${entry.feature} ${formatPercent(entry.share)}`).join(', ');
  return markup`<p class="small"><b>Most important features</b> of ${familyLabel(model.family)}: ${said}</p>`;
}

export function foldsPicture(id: string, folds: readonly FoldRecord[]): Markup {
  if (folds.length === 0) return NOTHING;
  const said = folds.map((fold) => `${fold.id} tests ${fold.boundaries.test.map(formatDay).join(' to ')}`);
  return picture('Folds over time', 'gaps are purge and embargo', foldsOption(folds), {
    id,
    width: HALF_WIDTH,
    height: foldChartHeight(folds.length),
    title: `Timeline of ${plural(folds.length, 'fold')}`,
    description: `${said.join('; ')}.`,
  });
}

export function labelsPicture(id: string, labels: readonly LabelRecord[]): Markup {
  if (labels.length === 0) return NOTHING;
  const said = labels.map(
    (label) => `${label.horizonBars} bars: ${OUTCOMES.map((name) => `${name} ${label.counts[name]}`).join(', ')}`,
  );
  return picture('Label distribution', 'share of all bars', labelDistributionOption(labels), {
    id,
    width: HALF_WIDTH,
    height: labelChartHeight(labels.length),
    title: 'Distribution of label outcomes by horizon',
    description: `${said.join('; ')}.`,
  });
}

/** A drawn chart under its caption. */
export function picture(
  caption: string,
  note: string,
  option: Parameters<typeof drawChart>[0],
  frame: ChartFrame,
): Markup {
  return markup`<figure><figcaption>${caption} <small>${note}</small></figcaption>${drawChart(option, frame)}</figure>`;
}

function curveOf(model: ModelRecord, pointLimit: number): EquityCurve {
  return {
    label: shortFamilyLabel(model.family),
    points: thinEquity(model.evaluation.equity, pointLimit),
    isBaseline: model.family === BASELINE_FAMILY,
  };
}

function deepestDrawdown(points: readonly EquityPoint[]): number {
  return points.reduce((deepest, point) => Math.max(deepest, point.drawdown), 0);
}
