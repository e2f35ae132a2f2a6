/** What models of a symbol are ranked by. */
export interface RankedModel {
  readonly family: string;
  readonly horizonBars: number;
  /** Mean log loss on the choosing rows, on which no number of a report is measured; null or no number: not defined. */
  readonly choosingLogLoss: number | null;
}

/** The forecast that knows nothing but the shares of the classes. */
export const BASELINE_FAMILY = 'majority';

/**
 * The models of a symbol, the best first: the one that the report judges, and of each horizon the one that is registered.
 * They are ordered by their lead in choosing log loss over the majority class of their own horizon, because losses of
 * different horizons have different scales; where no majority class stands beside them their loss counts as it is. A model
 * whose loss is not defined comes behind all others, and the majority class last: it is taken only where nothing else is
 * there. Equals go by family, then by horizon, so that the same run always gives the same order.
 */
export function rankModels<M extends RankedModel>(models: readonly M[]): readonly M[] {
  const baselines = new Map(
    models.filter(isBaseline).map((model) => [model.horizonBars, Number.isFinite(lossOf(model)) ? lossOf(model) : 0]),
  );
  const excess = (model: M): number => lossOf(model) - (baselines.get(model.horizonBars) ?? 0);
  return [...models].sort(
    (a, b) =>
      Number(isBaseline(a)) - Number(isBaseline(b)) ||
      compare(excess(a), excess(b)) ||
      compare(a.family, b.family) ||
      compare(a.horizonBars, b.horizonBars),
  );
}

function isBaseline({ family }: RankedModel): boolean {
  return family === BASELINE_FAMILY;
}

/** A number that was read back from JSON is missing as null. */
function lossOf({ choosingLogLoss }: RankedModel): number {
  return choosingLogLoss !== null && Number.isFinite(choosingLogLoss) ? choosingLogLoss : Infinity;
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
