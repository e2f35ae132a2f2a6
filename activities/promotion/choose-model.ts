import { rankModels } from '../../domain/core/rank-models';
import type { ModelRecord } from '../../shared/contracts/run-record';

/** The model that is registered for a horizon: of those that have a bundle the first by `rankModels`. */
export function chooseModel(models: readonly ModelRecord[], horizonBars: number): ModelRecord | null {
  const [best] = rankModels(models.filter((model) => model.horizonBars === horizonBars && model.bundle !== null));
  return best ?? null;
}
