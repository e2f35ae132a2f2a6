import type { ModelFamilyName } from '../shared/contracts/config/models-schema';
import type { ImportanceRecord, ModelRecord, SymbolRecord } from '../shared/contracts/run-record';
import { familyIndex } from './family-names';

export type FoldTraining = ModelRecord['training'][number];

/** A net as it was trained: one fit a fold learns all its horizons at once, and stands in the record under each of them. */
export interface TrainedNet {
  readonly family: ModelFamilyName;
  readonly horizons: readonly number[];
  readonly folds: readonly FoldTraining[];
  /** Weights of the features, where the net tells. */
  readonly importances: readonly ImportanceRecord[];
}

/** The nets of a symbol in the order of families, each once however many horizons it has. */
export function trainedNetsOf(symbol: SymbolRecord): readonly TrainedNet[] {
  const nets = new Map<string, TrainedNet>();
  for (const { family, horizonBars, training, importances } of symbol.models) {
    if (training.length === 0) continue;
    const key = `${family} ${JSON.stringify(training)}`;
    const known = nets.get(key)?.horizons ?? [];
    const horizons = [...known, horizonBars].sort((a, b) => a - b);
    nets.set(key, {
      family,
      horizons,
      folds: inOrder(training),
      importances: nets.get(key)?.importances ?? importances,
    });
  }
  return [...nets.values()].sort((a, b) => familyIndex(a.family) - familyIndex(b.family));
}

/** The attention over the window, averaged over the folds that have one of the same length; null where none has. */
export function meanAttention({ folds }: TrainedNet): readonly number[] | null {
  const profiles = folds.flatMap(({ attention }) => (attention === null || attention.length === 0 ? [] : [attention]));
  const first = profiles[0];
  if (first === undefined) return null;
  const alike = profiles.filter((profile) => profile.length === first.length);
  return first.map((_, bar) => alike.reduce((sum, profile) => sum + (profile[bar] ?? 0), 0) / alike.length);
}

/** A learning curve that is drawn. */
export interface ChosenCurve {
  readonly net: TrainedNet;
  readonly fold: FoldTraining;
}

/** The curves to draw: every fold of every net; where that are more than `limit` the last fold of each; else none. */
export function chooseCurves(nets: readonly TrainedNet[], limit: number): readonly ChosenCurve[] {
  const all = nets.flatMap((net) => net.folds.map((fold) => ({ net, fold })));
  if (all.length <= limit) return all;
  if (nets.length > limit) return [];
  return nets.flatMap((net) => net.folds.slice(-1).map((fold) => ({ net, fold })));
}

/** By fold, which the record holds in the order in which they were finished: f2 before f10. */
function inOrder(folds: readonly FoldTraining[]): readonly FoldTraining[] {
  return [...folds].sort(
    (a, b) => a.foldId.length - b.foldId.length || (a.foldId < b.foldId ? -1 : a.foldId > b.foldId ? 1 : 0),
  );
}
