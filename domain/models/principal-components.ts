import { emptyMatrix, type Matrix } from '../core/matrix';
import { symmetricEigen } from './symmetric-eigen';
import { checkColumns } from './scaler';

/** Directions in which training rows spread most; the first explains most. */
export interface Components {
  readonly mean: readonly number[];
  /** One row a component, of length 1, whose largest entry in size is positive. */
  readonly components: readonly (readonly number[])[];
  /** Share of the variance of each. */
  readonly explainedShares: readonly number[];
}

/**
 * The fewest principal components that explain more than `share` of the variance of the rows (scikit-learn's PCA with a
 * share as `n_components`); at least one. `share` lies in (0, 1). Fit it on scaled training rows only.
 */
export function fitComponents(rows: Matrix, share: number): Components {
  const mean = columnMeans(rows);
  const { values, vectors } = symmetricEigen(covariance(rows, mean));
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const shares = [...values].map((value) => (total > 0 ? Math.max(0, value) / total : 0));
  let explained = 0;
  const count = 1 + shares.findIndex((own) => (explained += own) > share);
  const kept = Math.max(1, count === 0 ? shares.length : count);
  return {
    mean: [...mean],
    components: vectors.slice(0, kept).map(signed),
    explainedShares: shares.slice(0, kept),
  };
}

/** Every row in the directions of the components; a row with a missing value has no value at all. */
export function onComponents(features: Matrix, { mean, components }: Pick<Components, 'mean' | 'components'>): Matrix {
  checkColumns(features, mean.length);
  const turned = emptyMatrix(features.rows, components.length);
  for (let r = 0; r < features.rows; r += 1) {
    for (const [k, component] of components.entries()) {
      let sum = 0;
      for (let c = 0; c < features.columns; c += 1) {
        sum += ((features.data[r * features.columns + c] ?? NaN) - (mean[c] ?? NaN)) * (component[c] ?? NaN);
      }
      turned.data[r * components.length + k] = sum;
    }
  }
  return turned;
}

/** What a model says of components, told of the features: each gives to a feature by the square of its entry. */
export function spreadOverFeatures(importances: Float64Array, { components, mean }: Components): Float64Array {
  return Float64Array.from(mean, (_, c) =>
    components.reduce((sum, component, k) => sum + (importances[k] ?? 0) * (component[c] ?? 0) ** 2, 0),
  );
}

function columnMeans({ data, rows, columns }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0; i < data.length; i += 1) means[i % columns] = (means[i % columns] ?? 0) + (data[i] ?? NaN) / rows;
  return means;
}

function covariance({ data, rows, columns }: Matrix, mean: Float64Array): Matrix {
  const products = emptyMatrix(columns, columns);
  const row = new Float64Array(columns);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < columns; c += 1) row[c] = (data[r * columns + c] ?? NaN) - (mean[c] ?? NaN);
    for (let a = 0; a < columns; a += 1) {
      for (let b = a; b < columns; b += 1) {
        products.data[a * columns + b] = (products.data[a * columns + b] ?? 0) + (row[a] ?? 0) * (row[b] ?? 0);
      }
    }
  }
  for (let a = 0; a < columns; a += 1) {
    for (let b = a; b < columns; b += 1) {
      const value = (products.data[a * columns + b] ?? 0) / Math.max(1, rows - 1);
      products.data[a * columns + b] = value;
      products.data[b * columns + a] = value;
    }
  }
  return products;
}

function signed(vector: readonly number[]): readonly number[] {
  const largest = vector.reduce((found, entry) => (Math.abs(entry) > Math.abs(found) ? entry : found), 0);
  return largest < 0 ? vector.map((entry) => -entry) : vector;
}
