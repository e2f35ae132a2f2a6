import { METRIC_NAMES, type MetricName } from '../../domain/core/metric';
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
import { familyLabel } from '../family-names';
import { markup, NOTHING, type Markup } from '../markup';
import { formatDifference, formatInterval, formatMetricValue, METRIC_TABLE } from '../metric-table';

const TALL_TABLE_ROWS = 40;

/** Every judged model: each number with its interval and its distance to the majority baseline. */
export function verdictSection(symbols: readonly SymbolRecord[]): Markup {
  const rows = symbols.flatMap((symbol) =>
    horizonsOf(symbol).flatMap((horizon) => {
      const models = modelsOf(symbol, horizon);
      const baseline = baselineOf(models);
      const earnings = new Map(earningsOf(models).map((earning) => [earning.net, earning]));
      return models.map((model, index) =>
        verdictRow(symbol.symbol, { model, baseline, earning: earnings.get(model) ?? null }, index === 0),
      );
    }),
  );
  if (rows.length === 0) return NOTHING;
  return markup`<section class="card" aria-labelledby="verdicts"><h2 id="verdicts">Verdicts on the test period</h2>
    <p class="muted small">Each cell: value, [95 % interval], and the difference to the majority baseline of the same symbol and horizon. “better” and “worse” are said only where the baseline lies outside the model’s interval; percent differences are in points. A net earns its place where it beats the best simple model (majority, logistic regression, LightGBM) on log loss by more than its interval. Backtest numbers are not compared with a baseline that never traded. Lowest log loss first.</p>
    <div class="tools"></div>
    <div class="scroll${rows.length > TALL_TABLE_ROWS ? ' tall' : ''}"><table class="verdicts"><thead><tr><th scope="col">Model</th><th scope="col">Verdict</th>${METRIC_NAMES.map(
      (name) => markup`<th scope="col" class="num">${METRIC_TABLE[name].label}</th>`,
    )}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

interface Judged {
  readonly model: ModelRecord;
  readonly baseline: ModelRecord | null;
  /** Of a net. */
  readonly earning: Earning | null;
}

function verdictRow(symbol: string, { model, baseline, earning }: Judged, isFirst: boolean): Markup {
  const { evaluation } = model;
  const isBaseline = model.family === BASELINE_FAMILY;
  const passes = passesProduction(model);
  const classes = [isFirst ? 'first' : '', isBaseline ? 'baseline' : ''].filter((name) => name !== '').join(' ');
  const cells = METRIC_NAMES.map((name) => metricCell(name, model, isBaseline ? null : baseline));
  const warnings = evaluation.warnings.length;
  return markup`<tr${classes === '' ? NOTHING : markup` class="${classes}"`}>
    <th scope="row" data-key="${symbol} ${model.horizonBars} ${model.family}">${familyLabel(model.family)}<small>${symbol} · ${model.horizonBars} bars</small></th>
    <td data-key="${evaluation.grade}">grade ${evaluation.grade}<small class="${passes ? 'good' : ''}">${passes ? 'passes' : 'does not pass'}</small>${earning === null ? NOTHING : earnedNote(earning)}${warnings > 0 ? markup`<small class="caution">${warnings} warning${warnings === 1 ? '' : 's'}</small>` : NOTHING}</td>
    ${cells}</tr>`;
}

function earnedNote({ standing, rival }: Earning): Markup {
  if (rival === null) return NOTHING;
  return standing === 'better'
    ? markup`<small class="good">earns its place</small>`
    : markup`<small>earns no place</small>`;
}

function metricCell(name: MetricName, model: ModelRecord, baseline: ModelRecord | null): Markup {
  if (isIdle(name, model)) return markup`<td class="num muted" data-key="">no trades</td>`;
  const metric = model.evaluation.metrics[name];
  const interval = formatInterval(name, metric);
  const comparison = baseline === null ? null : compareModels(name, model, baseline);
  return markup`<td class="num" data-key="${Number.isFinite(metric.value) ? metric.value : ''}">${formatMetricValue(name, metric.value)}${
    interval === null ? NOTHING : markup`<small>${interval}</small>`
  }${comparison === null ? NOTHING : differenceMark(name, comparison)}</td>`;
}

function differenceMark(name: MetricName, { difference, standing }: Comparison): Markup {
  const text = formatDifference(name, difference);
  switch (standing) {
    case 'better':
      return markup`<small class="good">${text} better</small>`;
    case 'worse':
      return markup`<small class="bad">${text} worse</small>`;
    case 'within':
    case 'open':
      return markup`<small>${text}</small>`;
  }
}
