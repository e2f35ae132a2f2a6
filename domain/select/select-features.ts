import { NO_CLASS } from '../core/classes';
import type { Matrix } from '../core/matrix';
import { emptyMatrix, gatherRows } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { correlationClusters } from './clusters';
import { unitColumns } from './correlation';
import { classSeparation } from './separation';

/** What is kept, and by what. */
export interface SelectionSettings {
  /** Features with a larger |r| say nearly the same: one of them stays. */
  readonly maxCorrelation: number;
  readonly maxFeatures: number;
  /** Whether the rest is ranked by a model (its gains, or permutations of what it did not learn from) or by `classSeparation`. */
  readonly method: 'gain' | 'permutation' | 'none';
}

/** Rows of one training part. Nothing else is looked at. */
export interface SelectionRows {
  /** NaN where a feature is missing. */
  readonly features: Matrix;
  readonly names: readonly string[];
  /** Number of each row in the series, ascending. */
  readonly rows: Int32Array;
  readonly horizons: readonly { readonly bars: number; readonly classIndex: Int8Array | Int32Array }[];
}

/** What a model is asked to rank: complete rows with a class, of one horizon. */
export interface RankedRows {
  readonly features: Matrix;
  readonly names: readonly string[];
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly horizonBars: number;
}

/** One importance for each column, larger being better, on a scale that horizons share. */
export type ImportanceOf = (ranked: RankedRows) => Promise<Result<Float64Array>>;

export type DropReason = 'missing' | 'constant' | 'correlated' | 'unimportant';

/** What became of one feature. */
export interface FeatureJudgement {
  readonly name: string;
  /** null: kept. */
  readonly dropped: DropReason | null;
  /** Where it was correlated: the feature that stays for it. */
  readonly inFavourOf: string | null;
  /** Mean over the horizons of `classSeparation`; null where it was not looked at. */
  readonly separation: number | null;
  /** Mean over the horizons of what the model says; null where it was not asked about it. */
  readonly importance: number | null;
}

export interface Selection {
  /** In the order of the names given. */
  readonly kept: readonly string[];
  /** One for each name given, in that order. */
  readonly features: readonly FeatureJudgement[];
  /** Clusters of more than one feature; the one that stays first, the others by name. */
  readonly clusters: readonly (readonly string[])[];
  /** Rows with all usable features. */
  readonly rows: number;
}

/**
 * Chooses features on the rows of a training part alone. A feature that is missing on more than half of the rows, or that
 * never changes on the complete ones, is dropped and named. Of each correlation cluster the member with the highest class
 * separation (mean over the horizons) stays; what is left is ranked by importance, and the first `maxFeatures` stay. Ties
 * go to the higher separation, then to the name that comes first, and columns are judged in the order of their names: the
 * order in which they are given changes no result.
 *
 * `InvalidFeatures` where no row has all usable features or none is usable, `InvalidLabels` where no complete row has a
 * class, and whatever `importanceOf` answers.
 */
export async function selectFeatures(
  given: SelectionRows,
  settings: SelectionSettings,
  importanceOf: ImportanceOf,
): Promise<Result<Selection>> {
  const byName = [...given.names.keys()].sort((a, b) => compareNames(given.names[a] ?? '', given.names[b] ?? ''));
  const present = byName.filter((column) => !isMostlyMissing(given.features, column));
  const complete = completeRows(given, present);
  if (!complete.ok) return complete;
  const { features, names, horizons } = complete.value;
  const unit = unitColumns(features);
  const changing = [...names.keys()].filter((c) => unit.constant[c] === false);
  if (changing.length === 0) return noneUsable(given, names);
  const unlabelled = horizons.find(({ classIndex }) => classIndex.every((index) => index === NO_CLASS));
  if (unlabelled !== undefined) return noClass(complete.value, unlabelled.bars);

  const separation = meanOf(horizons.map(({ classIndex }) => classSeparation(features, classIndex)));
  const better = (a: number, b: number): number => (separation[b] ?? 0) - (separation[a] ?? 0) || a - b;
  const clusters = correlationClusters(unit, changing, settings.maxCorrelation).map((cluster) =>
    [...cluster].sort(better),
  );
  const leaders = clusters.flatMap(([leader]) => leader ?? []).sort((a, b) => a - b);
  const importances = await importancesOf(complete.value, leaders, settings, importanceOf);
  if (!importances.ok) return importances;
  const importance = new Map(leaders.map((column, i) => [column, importances.value?.[i] ?? null]));
  const ranked = [...leaders].sort((a, b) => (importance.get(b) ?? 0) - (importance.get(a) ?? 0) || better(a, b));
  const kept = new Set(ranked.slice(0, settings.maxFeatures));

  const leaderOf = new Map(clusters.flatMap((cluster) => cluster.map((column) => [column, cluster[0] ?? column])));
  const judged = names.map((name, column): FeatureJudgement => {
    const leader = leaderOf.get(column);
    const isConstant = leader === undefined;
    const isLed = leader !== undefined && leader !== column;
    return {
      name,
      dropped: isConstant ? 'constant' : isLed ? 'correlated' : kept.has(column) ? null : 'unimportant',
      inFavourOf: isLed ? (names[leader] ?? null) : null,
      separation: isConstant ? null : (separation[column] ?? null),
      importance: importance.get(column) ?? null,
    };
  });
  const known = new Map(judged.map((judgement) => [judgement.name, judgement]));
  const all = given.names.map((name) => known.get(name) ?? missing(name));
  return ok({
    kept: all.filter(({ dropped }) => dropped === null).map(({ name }) => name),
    features: all,
    clusters: clusters.filter(({ length }) => length > 1).map((cluster) => clusterNames(cluster, names)),
    rows: features.rows,
  });
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** More than half: what a long warm-up leaves out at the start of an ordinary part is far less. */
function isMostlyMissing({ data, rows, columns }: Matrix, column: number): boolean {
  let absent = 0;
  for (let r = 0; r < rows; r += 1) if (!Number.isFinite(data[r * columns + column])) absent += 1;
  return 2 * absent > rows;
}

function missing(name: string): FeatureJudgement {
  return { name, dropped: 'missing', inFavourOf: null, separation: null, importance: null };
}

/** The rows that have all of these columns, and of them these columns alone. */
function completeRows(given: SelectionRows, columns: readonly number[]): Result<SelectionRows> {
  const { features, names, rows, horizons } = given;
  const places = [...rows.keys()].filter((r) =>
    columns.every((c) => Number.isFinite(features.data[r * features.columns + c])),
  );
  if (places.length === 0 || columns.length === 0) {
    const message = `none of the ${rows.length} rows of the training part has all ${columns.length} features that are there on most of them; give more bars, or leave out the features with the longest warm-up`;
    return fail('InvalidFeatures', message, { rows: rows.length, features: columns.length });
  }
  return ok({
    features: gatherColumns(gatherRows(features, places), columns),
    names: columns.map((c) => names[c] ?? ''),
    rows: Int32Array.from(places, (r) => rows[r] ?? -1),
    horizons: horizons.map(({ bars, classIndex }) => ({
      bars,
      classIndex: Int32Array.from(places, (r) => classIndex[r] ?? NO_CLASS),
    })),
  });
}

function gatherColumns({ data, rows, columns }: Matrix, chosen: readonly number[]): Matrix {
  const gathered = emptyMatrix(rows, chosen.length);
  for (let r = 0; r < rows; r += 1) {
    for (const [i, c] of chosen.entries()) gathered.data[r * chosen.length + i] = data[r * columns + c] ?? NaN;
  }
  return gathered;
}

/** The mean over the horizons; null where nobody is asked. */
async function importancesOf(
  { features, names, rows, horizons }: SelectionRows,
  columns: readonly number[],
  { method }: SelectionSettings,
  importanceOf: ImportanceOf,
): Promise<Result<Float64Array | null>> {
  if (method === 'none') return ok(null);
  const chosen = gatherColumns(features, columns);
  const found: Float64Array[] = [];
  for (const { bars, classIndex } of horizons) {
    const places = [...rows.keys()].filter((r) => (classIndex[r] ?? NO_CLASS) !== NO_CLASS);
    const importances = await importanceOf({
      features: gatherRows(chosen, places),
      names: columns.map((c) => names[c] ?? ''),
      rows: Int32Array.from(places, (r) => rows[r] ?? -1),
      labels: Int32Array.from(places, (r) => classIndex[r] ?? NO_CLASS),
      horizonBars: bars,
    });
    if (!importances.ok) return importances;
    found.push(importances.value);
  }
  return ok(meanOf(found));
}

function meanOf(vectors: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let i = 0; i < mean.length; i += 1) mean[i] = (mean[i] ?? 0) + (vector[i] ?? NaN) / vectors.length;
  }
  return mean;
}

function clusterNames(cluster: readonly number[], names: readonly string[]): readonly string[] {
  const [leader = '', ...others] = cluster.map((column) => names[column] ?? '');
  return [leader, ...others.sort(compareNames)];
}

function noneUsable({ rows }: SelectionRows, names: readonly string[]): Result<never> {
  const message = `none of the ${names.length} features changes on the ${rows.length} rows of the training part (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}); give bars whose prices move, or other features`;
  return fail('InvalidFeatures', message, { features: names.length });
}

function noClass({ rows }: SelectionRows, horizonBars: number): Result<never> {
  const message = `none of the ${rows.length} complete rows of the training part has a class at ${horizonBars} bars; change the barrier multiples or the horizon, or give more bars`;
  return fail('InvalidLabels', message, { rows: rows.length, horizonBars });
}
