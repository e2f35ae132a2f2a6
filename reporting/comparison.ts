import type { Metric, MetricName } from '../domain/core/metric';
import { BASELINE_FAMILY } from '../domain/core/rank-models';
import type { ModelRecord, SymbolRecord } from '../shared/contracts/run-record';
import { isNet } from './family-names';
import { METRIC_TABLE } from './metric-table';

export { BASELINE_FAMILY };

export interface Comparison {
  /** Value of the model minus value of the baseline. */
  readonly difference: number;
  /** `within`: the baseline's value lies inside the model's interval; `open`: no interval, or no better side. */
  readonly standing: 'better' | 'worse' | 'within' | 'open';
}

/**
 * Sets a model's number beside the baseline's. It is better or worse only where the baseline's value lies outside the
 * model's 95 % interval; null where either number is missing.
 */
function compareWithBaseline(name: MetricName, model: Metric, baseline: Metric): Comparison | null {
  const difference = model.value - baseline.value;
  if (!isNumber(model.value) || !isNumber(baseline.value)) return null;
  const { better } = METRIC_TABLE[name];
  if (better === 'neither' || model.low === null || model.high === null) return { difference, standing: 'open' };
  if (baseline.value >= model.low && baseline.value <= model.high) return { difference, standing: 'within' };
  const isHigher = baseline.value < model.low;
  return { difference, standing: isHigher === (better === 'higher') ? 'better' : 'worse' };
}

/** Numbers of the backtest: beside a model that took no position they say nothing about skill. */
const TRADING_METRICS: readonly MetricName[] = ['sharpe', 'maxDrawdown', 'winRate', 'profitFactor', 'turnover'];

/** Whether a number is one of the backtest of a model that never traded, and so says nothing. */
export function isIdle(name: MetricName, model: ModelRecord): boolean {
  return model.evaluation.trades === 0 && TRADING_METRICS.includes(name);
}

/** The comparison of one number of two models; null also for a number of the backtest where either did not trade. */
export function compareModels(name: MetricName, model: ModelRecord, baseline: ModelRecord): Comparison | null {
  if (isIdle(name, model) || isIdle(name, baseline)) return null;
  return compareWithBaseline(name, model.evaluation.metrics[name], baseline.evaluation.metrics[name]);
}

/** The horizons that have a judged model, shortest first. */
export function horizonsOf(symbol: SymbolRecord): readonly number[] {
  return [...new Set(symbol.models.map((model) => model.horizonBars))].sort((a, b) => a - b);
}

/** The models of one horizon, lowest log loss first. */
export function modelsOf(symbol: SymbolRecord, horizonBars: number): readonly ModelRecord[] {
  return symbol.models.filter((model) => model.horizonBars === horizonBars).sort(byLogLoss);
}

export function baselineOf(models: readonly ModelRecord[]): ModelRecord | null {
  return models.find((model) => model.family === BASELINE_FAMILY) ?? null;
}

/** The model with the lowest log loss, the baseline only where nothing else was judged. */
export function bestOf(models: readonly ModelRecord[]): ModelRecord | null {
  const ranked = [...models].sort(byLogLoss);
  return ranked.find((model) => model.family !== BASELINE_FAMILY) ?? ranked[0] ?? null;
}

/** The simple model with the lowest log loss: what a net has to beat; null where none was judged. */
export function bestSimpleOf(models: readonly ModelRecord[]): ModelRecord | null {
  return [...models].filter((model) => !isNet(model.family)).sort(byLogLoss)[0] ?? null;
}

export interface Earning {
  readonly net: ModelRecord;
  /** The best of the simple models beside it; null where none was judged. */
  readonly rival: ModelRecord | null;
  readonly standing: Comparison['standing'];
}

/** How each net among the models of one horizon stands to the best simple one on log loss, lowest log loss first. */
export function earningsOf(models: readonly ModelRecord[]): readonly Earning[] {
  const rival = bestSimpleOf(models);
  return [...models]
    .filter((model) => isNet(model.family))
    .sort(byLogLoss)
    .map((net) => {
      const comparison = rival === null ? null : compareModels('logLoss', net, rival);
      return { net, rival, standing: comparison?.standing ?? 'open' };
    });
}

export function passesProduction(model: ModelRecord): boolean {
  return model.evaluation.production.length > 0 && model.evaluation.production.every((check) => check.passed);
}

const byLogLoss = (a: ModelRecord, b: ModelRecord): number =>
  rankable(a.evaluation.metrics.logLoss.value) - rankable(b.evaluation.metrics.logLoss.value) ||
  compareText(a.family, b.family);

/** A number read back from JSON may be null where it was NaN. */
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const rankable = (value: number): number => (isNumber(value) ? value : Number.MAX_VALUE);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
