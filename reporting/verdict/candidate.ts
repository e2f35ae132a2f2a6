import type { Metric } from '../../domain/core/metric';
import type { DiagnosedTarget } from '../../shared/contracts/diagnosis';
import type { DeflatedRecord, ModelRecord, OverfittingRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { baselineOf, BASELINE_FAMILY } from '../comparison';
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
 * The model of a symbol that has the largest lead over the majority class of its own horizon, by log loss on the choosing
 * rows: on these no number of the report is measured, and losses of different horizons have different scales. Where no
 * majority class stands beside it, its log loss counts as it is. null where nothing but the majority class was judged.
 */
export function candidateOf(symbol: SymbolRecord): Candidate | null {
  const contenders = symbol.models.filter(({ family }) => family !== BASELINE_FAMILY);
  const [model] = [...contenders].sort(
    (a, b) => excessLoss(a, symbol) - excessLoss(b, symbol) || compareText(a.family, b.family),
  );
  if (model === undefined) return null;
  const beside = symbol.models.filter(({ horizonBars }) => horizonBars === model.horizonBars);
  const [simple] = beside
    .filter((other) => other !== model && other.family !== BASELINE_FAMILY && !isNet(other.family))
    .sort((a, b) => lossOf(a) - lossOf(b));
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

function excessLoss(model: ModelRecord, symbol: SymbolRecord): number {
  const baseline = baselineOf(symbol.models.filter(({ horizonBars }) => horizonBars === model.horizonBars));
  return lossOf(model) - (baseline === null ? 0 : lossOf(baseline));
}

/** A loss that is not defined comes last. */
function lossOf({ choosingLogLoss }: ModelRecord): number {
  return numberOf(choosingLogLoss) ?? Number.MAX_VALUE;
}

const isOf =
  ({ family, horizonBars }: ModelRecord) =>
  (record: DeflatedRecord): boolean =>
    record.family === family && record.horizonBars === horizonBars;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
