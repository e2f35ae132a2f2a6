import type { ModelRecord } from '../../shared/contracts/run-record';

/** The forecast that knows nothing but the shares of the classes. */
const BASELINE = 'majority';

/**
 * The family that is registered for a horizon: the lowest mean log loss on the choosing rows, on which no number of the
 * report is measured. A family whose loss is not defined comes after all others, the baseline last of all: it is chosen
 * only where nothing else is there. Equal losses are decided by name, so that the same run always gives the same choice.
 */
export function chooseModel(models: readonly ModelRecord[], horizonBars: number): ModelRecord | null {
  const usable = models.filter((model) => model.horizonBars === horizonBars && model.bundle !== null);
  const [best] = [...usable].sort(
    (a, b) =>
      Number(a.family === BASELINE) - Number(b.family === BASELINE) ||
      compare(lossOf(a), lossOf(b)) ||
      compare(a.family, b.family),
  );
  return best ?? null;
}

function lossOf({ choosingLogLoss }: ModelRecord): number {
  return choosingLogLoss !== null && Number.isFinite(choosingLogLoss) ? choosingLogLoss : Infinity;
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
