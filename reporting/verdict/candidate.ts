import type { Metric } from '../../domain/core/metric';
import { BASELINE_FAMILY, rankModels } from '../../domain/core/rank-models';
import type { DiagnosedTarget } from '../../shared/contracts/diagnosis';
import type { DeflatedRecord, ModelRecord, OverfittingRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { baselineOf } from '../comparison';
import { isNet } from '../family-names';

/** The model that a symbol's result is judged by, and what stands beside it. */
export interface Candidate {
  readonly symbol: string;
  readonly model: ModelRecord;
  /** The majority class on the same horizon; null where it was not judged. */
  readonly baseline: ModelRecord | null;
  /** The best model of the same horizon that is neither a net nor the majority class nor the model itself. */
  readonly simple: ModelRecord | null;
  /** How many models of the symbol were judged, the baselines among them. */
  readonly judged: number;
  /** What the trials of its study say; null in records of earlier versions. */
  readonly study: OverfittingRecord | null;
  readonly deflated: DeflatedRecord | null;
  /** What was found of the target on the first training part; null where nobody asked. */
  readonly target: DiagnosedTarget | null;
}

/**
 * The first model of a symbol by `rankModels`, the rule by which a model is registered too. null where nothing but the
 * majority class was judged.
 */
export function candidateOf(symbol: SymbolRecord): Candidate | null {
  const ranked = rankModels(symbol.models).filter(({ family }) => family !== BASELINE_FAMILY);
  const [model] = ranked;
  if (model === undefined) return null;
  const beside = symbol.models.filter(({ horizonBars }) => horizonBars === model.horizonBars);
  const simple = ranked.find((other) => other !== model && beside.includes(other) && !isNet(other.family));
  const study = symbol.overfitting ?? null;
  return {
    symbol: symbol.symbol,
    model,
    baseline: baselineOf(beside),
    simple: simple ?? null,
    judged: symbol.models.length,
    study,
    deflated: study?.models.find(isOf(model)) ?? null,
    target: symbol.diagnosis?.targets.find(({ horizonBars }) => horizonBars === model.horizonBars) ?? null,
  };
}

/** Its lead in choosing log loss, the larger the better; for telling which of several symbols' candidates stands out. */
export function leadOf({ model, baseline }: Candidate): number {
  return baseline === null ? -lossOf(model) : lossOf(baseline) - lossOf(model);
}

/** A number of a record: null where it is missing, also where it was read back from JSON. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The interval of a metric, where it has one. */
export function intervalOf(metric: Metric): readonly [low: number, high: number] | null {
  const [low, high] = [numberOf(metric.low), numberOf(metric.high)];
  return low === null || high === null ? null : [low, high];
}

/** A loss that is not defined comes last. */
function lossOf({ choosingLogLoss }: ModelRecord): number {
  return numberOf(choosingLogLoss) ?? Number.MAX_VALUE;
}

const isOf =
  ({ family, horizonBars }: ModelRecord) =>
  (record: DeflatedRecord): boolean =>
    record.family === family && record.horizonBars === horizonBars;
