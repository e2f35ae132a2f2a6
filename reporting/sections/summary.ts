import type { MetricName } from '../../domain/core/metric';
import type { ModelRecord, SymbolRecord } from '../../shared/contracts/run-record';
import {
  baselineOf,
  BASELINE_FAMILY,
  compareModels,
  earningsOf,
  horizonsOf,
  isIdle,
  modelsOf,
  passesProduction,
  type Comparison,
  type Earning,
} from '../comparison';
import { familyIndex, familyLabel } from '../family-names';
import { formatCount } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { median } from '../median';
import { formatMetricValue, METRIC_TABLE } from '../metric-table';

const SHOWN: readonly MetricName[] = ['logLoss', 'ece', 'informationCoefficient', 'sharpe', 'maxDrawdown'];
const GRADES = ['A', 'B', 'C', 'D', 'F'];

interface Judged {
  readonly model: ModelRecord;
  readonly baseline: ModelRecord | null;
  /** Of a net. */
  readonly earning: Earning | null;
}

/** One row for each model and horizon over all symbols; nothing where fewer than two symbols were judged. */
export function summarySection(symbols: readonly SymbolRecord[]): Markup {
  const judged = symbols.flatMap((symbol) =>
    horizonsOf(symbol).flatMap((horizon) => {
      const models = modelsOf(symbol, horizon);
      const baseline = baselineOf(models);
      const earnings = new Map(earningsOf(models).map((earning) => [earning.net, earning]));
      return models.map((model): Judged => ({ model, baseline, earning: earnings.get(model) ?? null }));
    }),
  );
  if (symbols.filter((symbol) => symbol.models.length > 0).length < 2) return NOTHING;
  const hasNets = judged.some(({ earning }) => earning !== null);
  const groups = groupBy(
    judged,
    ({ model }) =>
      `${String(model.horizonBars).padStart(6, '0')} ${String(familyIndex(model.family)).padStart(3, '0')}`,
  );
  return markup`<section class="card" aria-labelledby="summary"><h2 id="summary">Across symbols</h2>
    <div class="scroll"><table><caption>Medians over the symbols. “Beats baseline” counts log losses that are better, not told apart, or worse than the majority class at 95 %${hasNets ? ', “Beats simple” the same of a net beside the best of majority class, logistic regression and LightGBM' : ''}.</caption>
    <thead><tr><th scope="col">Horizon</th><th scope="col">Model</th><th scope="col" class="num">Symbols</th>${SHOWN.map(
      (name) => markup`<th scope="col" class="num">${METRIC_TABLE[name].label}</th>`,
    )}<th scope="col">Beats baseline</th>${hasNets ? markup`<th scope="col">Beats simple</th>` : NOTHING}<th scope="col">Grades</th><th scope="col" class="num">Pass production</th></tr></thead>
    <tbody>${groups.map((group) => summaryRow(group, hasNets))}</tbody></table></div></section>`;
}

function summaryRow(group: readonly Judged[], hasNets: boolean): Markup {
  const first = group[0]?.model;
  if (first === undefined) return NOTHING;
  const models = group.map((entry) => entry.model);
  const medians = SHOWN.map((name) => markup`<td class="num">${formatMetricValue(name, medianOf(name, models))}</td>`);
  return markup`<tr><td class="num">${first.horizonBars} bars</td><th scope="row">${familyLabel(first.family)}</th><td class="num">${formatCount(models.length)}</td>${medians}
    <td>${first.family === BASELINE_FAMILY ? 'is the baseline' : standings(group)}</td>${hasNets ? markup`<td>${earnedText(group)}</td>` : NOTHING}<td>${gradesText(models)}</td><td class="num">${formatCount(models.filter(passesProduction).length)} of ${formatCount(models.length)}</td></tr>`;
}

/** Of a net: how it stands to the best simple model of each symbol. */
function earnedText(group: readonly Judged[]): string {
  const found = group.flatMap(({ earning }) => (earning === null || earning.rival === null ? [] : [earning.standing]));
  return found.length === 0 ? '–' : countsText(found);
}

function standings(group: readonly Judged[]): string {
  return countsText(
    group.map(({ model, baseline }) =>
      baseline === null ? undefined : compareModels('logLoss', model, baseline)?.standing,
    ),
  );
}

/** Such as `4 better, 2 not told apart`: what did not occur is left out, and a count stays on the line of its words. */
function countsText(found: readonly (Comparison['standing'] | undefined)[]): string {
  const count = (standing: Comparison['standing']): number => found.filter((one) => one === standing).length;
  const alike = found.length - count('better') - count('worse');
  const counts = [
    [count('better'), 'better'],
    [alike, 'not\u00a0told\u00a0apart'],
    [count('worse'), 'worse'],
  ] as const;
  return counts.flatMap(([times, words]) => (times === 0 ? [] : [`${times}\u00a0${words}`])).join(', ');
}

function gradesText(models: readonly ModelRecord[]): string {
  return GRADES.map((grade) => ({ grade, count: models.filter((model) => model.evaluation.grade === grade).length }))
    .filter(({ count }) => count > 0)
    .map(({ grade, count }) => `${grade}\u00a0×\u00a0${count}`)
    .join(', ');
}

/** The median over the models that have the number; a model that never traded has none of the backtest. */
function medianOf(name: MetricName, models: readonly ModelRecord[]): number | null {
  return median(models.filter((model) => !isIdle(name, model)).map((model) => model.evaluation.metrics[name].value));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}
