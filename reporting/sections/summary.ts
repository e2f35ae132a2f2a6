import type { MetricName } from '../../domain/core/metric';
import type { ModelRecord, SymbolRecord } from '../../shared/contracts/run-record';
import {
  baselineOf,
  BASELINE_FAMILY,
  compareModels,
  horizonsOf,
  isIdle,
  modelsOf,
  passesProduction,
} from '../comparison';
import { FAMILY_LABELS } from '../family-names';
import { formatCount } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { formatMetricValue, METRIC_TABLE } from '../metric-table';

const SHOWN: readonly MetricName[] = ['logLoss', 'ece', 'informationCoefficient', 'sharpe', 'maxDrawdown'];
const GRADES = ['A', 'B', 'C', 'D', 'F'];

interface Judged {
  readonly model: ModelRecord;
  readonly baseline: ModelRecord | null;
}

/** One row for each model and horizon over all symbols; nothing where fewer than two symbols were judged. */
export function summarySection(symbols: readonly SymbolRecord[]): Markup {
  const judged = symbols.flatMap((symbol) =>
    horizonsOf(symbol).flatMap((horizon) => {
      const models = modelsOf(symbol, horizon);
      const baseline = baselineOf(models);
      return models.map((model): Judged => ({ model, baseline }));
    }),
  );
  if (symbols.filter((symbol) => symbol.models.length > 0).length < 2) return NOTHING;
  const groups = groupBy(judged, ({ model }) => `${String(model.horizonBars).padStart(6, '0')} ${model.family}`);
  return markup`<section class="card" aria-labelledby="summary"><h2 id="summary">Across symbols</h2>
    <div class="scroll"><table><caption>Medians over the symbols. “Beats baseline” counts log losses that are better, not told apart, or worse than the majority class at 95 %.</caption>
    <thead><tr><th scope="col">Horizon</th><th scope="col">Model</th><th scope="col" class="num">Symbols</th>${SHOWN.map(
      (name) => markup`<th scope="col" class="num">${METRIC_TABLE[name].label}</th>`,
    )}<th scope="col">Beats baseline</th><th scope="col">Grades</th><th scope="col" class="num">Pass production</th></tr></thead>
    <tbody>${groups.map(summaryRow)}</tbody></table></div></section>`;
}

function summaryRow(group: readonly Judged[]): Markup {
  const first = group[0]?.model;
  if (first === undefined) return NOTHING;
  const models = group.map((entry) => entry.model);
  const medians = SHOWN.map((name) => markup`<td class="num">${formatMetricValue(name, medianOf(name, models))}</td>`);
  return markup`<tr><td class="num">${first.horizonBars} bars</td><th scope="row">${FAMILY_LABELS[first.family]}</th><td class="num">${formatCount(models.length)}</td>${medians}
    <td>${first.family === BASELINE_FAMILY ? 'is the baseline' : standings(group)}</td><td>${gradesText(models)}</td><td class="num">${formatCount(models.filter(passesProduction).length)} of ${formatCount(models.length)}</td></tr>`;
}

function standings(group: readonly Judged[]): string {
  const found = group.map(({ model, baseline }) =>
    baseline === null ? 'open' : compareModels('logLoss', model, baseline)?.standing,
  );
  const count = (standing: string): number => found.filter((one) => one === standing).length;
  return `${count('better')} better, ${found.length - count('better') - count('worse')} not told apart, ${count('worse')} worse`;
}

function gradesText(models: readonly ModelRecord[]): string {
  return GRADES.map((grade) => ({ grade, count: models.filter((model) => model.evaluation.grade === grade).length }))
    .filter(({ count }) => count > 0)
    .map(({ grade, count }) => `${grade} × ${count}`)
    .join(', ');
}

/** The median over the models that have the number; a model that never traded has none of the backtest. */
function medianOf(name: MetricName, models: readonly ModelRecord[]): number | null {
  return median(models.filter((model) => !isIdle(name, model)).map((model) => model.evaluation.metrics[name].value));
}

function median(values: readonly number[]): number | null {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const high = sorted[Math.floor(middle)];
  const low = sorted[Math.ceil(middle) - 1];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}
