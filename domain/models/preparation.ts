import type { Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { fitComponents, onComponents, spreadOverFeatures, type Components } from './principal-components';
import { fitQuantileScaler, quantileFromState } from './quantile-scaler';
import { fitRobustScaler, robustFromState } from './robust-scaler';
import { fitScaler, isNumbers, scalerFromState, type Scaler } from './scaler';

/** How features are made ready for a model, from its training rows alone. */
export interface Preparation {
  readonly scaling: 'standard' | 'robust' | 'quantile';
  /** Share of the variance that principal components must explain; null: features go in as they are scaled. */
  readonly pca: number | null;
}

export const PLAIN_PREPARATION: Preparation = { scaling: 'standard', pca: null };

/** Components of scaled features: the scaler's state is part of it. */
interface ComponentsState extends Components {
  readonly kind: 'components';
  readonly of: unknown;
}

/** Fits the scaler, and on what it makes of the rows the components. The rows must be finite. */
export function fitPreparation(rows: Matrix, { scaling, pca }: Preparation): Scaler {
  const scaler = fitScaling(rows, scaling);
  return pca === null ? scaler : componentsOf(scaler, fitComponents(scaler.transform(rows), pca));
}

/** Restores what any preparation left. `InvalidModel` where it is none. */
export function preparationFromState(state: unknown): Result<Scaler> {
  const given = Object(state) as { readonly kind?: unknown };
  switch (given.kind) {
    case undefined:
      return scalerFromState(given);
    case 'robust':
      return robustFromState(given);
    case 'quantile':
      return quantileFromState(given);
    case 'components':
      return componentsFromState(given);
    default:
      return fail(
        'InvalidModel',
        `There is no scaler '${String(given.kind)}'; there are standard, robust and quantile.`,
      );
  }
}

/** Importances as a model gave them, told of the features that went in. */
export function importancesOfFeatures(importances: Float64Array, state: unknown): Float64Array {
  const { kind } = Object(state) as { readonly kind?: unknown };
  return kind === 'components' ? spreadOverFeatures(importances, state as ComponentsState) : importances;
}

/** Names of the columns that come out: those of the features, or `component1` and on. */
export function preparedNames(names: readonly string[], state: unknown): readonly string[] {
  const { kind, components } = Object(state) as Partial<ComponentsState>;
  return kind === 'components' ? (components ?? []).map((_, k) => `component${String(k + 1)}`) : names;
}

function fitScaling(rows: Matrix, scaling: Preparation['scaling']): Scaler {
  switch (scaling) {
    case 'standard':
      return fitScaler(rows);
    case 'robust':
      return fitRobustScaler(rows);
    case 'quantile':
      return fitQuantileScaler(rows);
  }
}

function componentsFromState(state: object): Result<Scaler> {
  const { of, mean, components, explainedShares } = state as Partial<ComponentsState>;
  const before = preparationFromState(of);
  if (!before.ok) return before;
  const isWhole =
    isNumbers(mean) &&
    Array.isArray(components) &&
    components.length > 0 &&
    components.every((component) => isNumbers(component) && component.length === mean.length) &&
    isNumbers(explainedShares);
  if (isWhole) return ok(componentsOf(before.value, { mean, components, explainedShares }));
  return fail('InvalidModel', 'The state of components needs a mean and as long a row of finite numbers for each.');
}

function componentsOf(scaler: Scaler, components: Components): Scaler<ComponentsState> {
  return {
    transform: (features) => onComponents(scaler.transform(features), components),
    toState: () => ({ kind: 'components', of: scaler.toState(), ...components }),
  };
}
