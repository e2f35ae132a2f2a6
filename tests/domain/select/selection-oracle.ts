import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Matrix } from '../../../domain/core/matrix';

type Rows = readonly (readonly number[])[];

/** What `tests/oracles/selection.py` wrote. */
export interface SelectionOracle {
  readonly features: Rows;
  readonly classes: readonly number[];
  readonly unseen: Rows;
  readonly chain: Rows;
  readonly ladder: Rows;
  readonly clusters: readonly {
    readonly on: 'features' | 'chain' | 'ladder';
    readonly threshold: number;
    readonly clusters: Rows;
  }[];
  readonly separation: readonly number[];
  readonly permutation: {
    readonly coefficients: Rows;
    readonly intercepts: readonly number[];
    readonly orders: Rows;
    readonly importances: readonly number[];
  };
  readonly robust: { readonly center: readonly number[]; readonly scale: readonly number[]; readonly unseen: Rows };
  readonly quantile: { readonly knots: Rows; readonly unseen: Rows; readonly train: Rows };
  readonly pca: Readonly<
    Record<string, { readonly components: Rows; readonly shares: readonly number[]; readonly unseen: Rows }>
  >;
}

export function selectionOracle(): SelectionOracle {
  const path = join(__dirname, '../../fixtures/selection.json');
  return JSON.parse(readFileSync(path, 'utf8')) as SelectionOracle;
}

export function matrixOf(rows: Rows): Matrix {
  return { data: Float64Array.from(rows.flat()), rows: rows.length, columns: rows[0]?.length ?? 0 };
}

/** The greatest distance between two lists of numbers; Infinity where they differ in length. */
export function farthest(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Infinity;
  let most = 0;
  for (let i = 0; i < found.length; i += 1) most = Math.max(most, Math.abs((found[i] ?? NaN) - (wanted[i] ?? NaN)));
  return Number.isNaN(most) ? Infinity : most;
}
