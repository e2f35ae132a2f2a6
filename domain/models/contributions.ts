import { CLASS_NAMES, type ClassName } from '../core/classes';
import type { ClassContribution, ContributionSummary, FeatureContribution } from '../core/contributions';
import type { Matrix } from '../core/matrix';
import { averageRanks } from '../core/ranks';

/** Which rows stand for all of `rows`: at most `limit` of them, evenly spaced, each in the middle of its stretch. */
export function evenlySpaced(rows: Int32Array, limit: number): Int32Array {
  if (rows.length <= limit) return rows;
  return Int32Array.from({ length: limit }, (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / limit)] ?? -1);
}

/**
 * Sums up contributions over rows: for the classes down and up, how large those of each feature are and which way they go.
 *
 * `contributions` has, for each class in turn, one number a feature and then the bias, as `FittedModel.contributions`
 * gives them for `features`. They are SHAP values: Lundberg et al., From local explanations to global understanding with
 * explainable AI for trees (Nature Machine Intelligence, 2020).
 */
export function summariseContributions(
  features: Matrix,
  contributions: Matrix,
  names: readonly string[],
): ContributionSummary {
  const ofClass = (name: ClassName, column: number): ClassContribution => {
    const offset = CLASS_NAMES.indexOf(name) * (features.columns + 1);
    return classContribution(columnOf(features, column), columnOf(contributions, offset + column));
  };
  return {
    rows: features.rows,
    features: names.map((feature, column) => ({ feature, down: ofClass('down', column), up: ofClass('up', column) })),
  };
}

/**
 * One summary of several folds, each weighed by its rows; a feature that a fold's model was not given contributed nothing
 * there. Largest first by down and up together.
 */
export function mergeContributions(folds: readonly ContributionSummary[]): ContributionSummary {
  const rows = folds.reduce((sum, fold) => sum + fold.rows, 0);
  const names = [...new Set(folds.flatMap(({ features }) => features.map(({ feature }) => feature)))];
  const merged = names.map((feature): FeatureContribution => {
    const parts = folds.flatMap((fold) => {
      const found = fold.features.find((entry) => entry.feature === feature);
      return found === undefined ? [] : [{ rows: fold.rows, found }];
    });
    const ofClass = (name: 'down' | 'up'): ClassContribution =>
      mergedClass(
        parts.map((part) => ({ rows: part.rows, ...part.found[name] })),
        rows,
      );
    return { feature, down: ofClass('down'), up: ofClass('up') };
  });
  const size = ({ down, up }: FeatureContribution): number => down.size + up.size;
  return { rows, features: merged.sort((a, b) => size(b) - size(a) || (a.feature < b.feature ? -1 : 1)) };
}

function mergedClass(
  parts: readonly (ClassContribution & { readonly rows: number })[],
  rows: number,
): ClassContribution {
  const told = parts.flatMap(({ rows: count, direction }) => (direction === null ? [] : [{ count, direction }]));
  const toldRows = told.reduce((sum, { count }) => sum + count, 0);
  return {
    size: parts.reduce((sum, part) => sum + part.size * part.rows, 0) / Math.max(1, rows),
    direction:
      toldRows === 0 ? null : told.reduce((sum, { count, direction }) => sum + direction * count, 0) / toldRows,
  };
}

function classContribution(values: Float64Array, contributions: Float64Array): ClassContribution {
  const total = contributions.reduce((sum, contribution) => sum + Math.abs(contribution), 0);
  return {
    size: total / Math.max(1, contributions.length),
    direction: correlation(averageRanks(values), averageRanks(contributions)),
  };
}

/** Pearson's correlation of two rows of ranks; null where one is constant. */
function correlation(a: Float64Array, b: Float64Array): number | null {
  // Ranks of n values have this mean, whatever the ties.
  const mean = (a.length + 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [da, db] = [(a[i] ?? 0) - mean, (b[i] ?? 0) - mean];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa === 0 || bb === 0 ? null : ab / Math.sqrt(aa * bb);
}

function columnOf({ data, rows, columns }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => data[row * columns + column] ?? NaN);
}
