import { NO_CLASS, CLASS_COUNT } from '../../domain/core/classes';
import { gatherRows, type Matrix } from '../../domain/core/matrix';
import { deriveSeed, randomFromSeed } from '../../domain/core/random';
import type { Result } from '../../domain/core/result';
import { fail, ok } from '../../domain/core/result';
import type { FittedModel, LabelledRows, RowFamily } from '../../domain/models/contract';
import { permutationImportance, shufflesOf } from '../../domain/select/permutation';
import type { ImportanceOf, RankedRows } from '../../domain/select/select-features';

/**
 * The model that ranks features: smaller and faster than the one that is trained in the end, and the same whatever that
 * one's settings are, so that tuning it chooses no other features.
 */
export const RANKING_MODEL = {
  rounds: 100,
  earlyStoppingRounds: 10,
  learningRate: 0.1,
  numLeaves: 15,
  minDataInLeaf: 50,
  featureFraction: 0.8,
  baggingFraction: 0.8,
  baggingFreq: 1,
  lambdaL2: 1,
  maxBin: 255,
} as const;

/** Share of the training part, at its end, that the ranking model stops on and that permutations are judged by. */
const HELD_OUT_SHARE = 0.25;
/** As scikit-learn's default. */
const SHUFFLES = 5;
/** Of more held out rows every n-th is judged: fifty features are dealt out five times each. */
const MAX_JUDGED = 4_000;

export interface Ranking {
  readonly method: 'gain' | 'permutation' | 'none';
  readonly seed: number;
  /** Bars left out between what is learnt from and what is held out: no label may reach over. */
  readonly purgeBars: number;
}

/**
 * Fits LightGBM on the earlier rows and stops it on the later ones, all of them rows of the training part. By `gain` a
 * feature's importance is its share of all gains; by `permutation` what the log loss of the held out rows grows by.
 */
export function rankingBy(family: RowFamily, ranking: Ranking): ImportanceOf {
  return async (ranked) => {
    const seed = deriveSeed(ranking.seed, 'select', String(ranked.horizonBars));
    const parts = divide(ranked, ranking.purgeBars);
    if (parts.train.labels.length === 0 || parts.held.labels.length === 0) return tooFewRows(ranked, ranking);
    const fitted = await family.fit(parts.train, parts.held, RANKING_MODEL, {
      featureNames: ranked.names,
      seed,
      random: randomFromSeed(seed),
      onProgress: () => undefined,
    });
    if (!fitted.ok) return fitted;
    try {
      if (ranking.method === 'gain') return gainShares(fitted.value, ranked.names);
      return ok(permuted(fitted.value, parts.held, seed));
    } finally {
      fitted.value.dispose();
    }
  };
}

function divide(ranked: RankedRows, purgeBars: number): { readonly train: LabelledRows; readonly held: LabelledRows } {
  const { rows, features, labels } = ranked;
  const first = Math.round(rows.length * (1 - HELD_OUT_SHARE));
  const firstHeldRow = rows[first] ?? Infinity;
  const places = [...rows.keys()];
  const of = (chosen: readonly number[]): LabelledRows => ({
    features: gatherRows(features, chosen),
    labels: Int32Array.from(chosen, (place) => labels[place] ?? NO_CLASS),
  });
  return {
    train: of(places.filter((place) => (rows[place] ?? Infinity) + purgeBars < firstHeldRow)),
    held: of(places.slice(first)),
  };
}

function gainShares({ importances }: FittedModel, names: readonly string[]): Result<Float64Array> {
  if (importances === null)
    return fail('InvalidModel', 'the family that ranks features knows no gains; rank by permutation instead');
  const total = importances.reduce((sum, gain) => sum + gain, 0);
  return ok(Float64Array.from(names, (_, i) => (total > 0 ? (importances[i] ?? 0) / total : 0)));
}

function permuted(model: FittedModel, held: LabelledRows, seed: number): Float64Array {
  const stride = Math.ceil(held.labels.length / MAX_JUDGED);
  const places = [...held.labels.keys()].filter((place) => place % stride === 0);
  const labels = Int32Array.from(places, (place) => held.labels[place] ?? NO_CLASS);
  const score = (features: Matrix): number => -meanLogLoss(model.predictProbabilities(features), labels);
  return permutationImportance(score, gatherRows(held.features, places), shufflesOf(labels.length, SHUFFLES, seed));
}

/** Probabilities below 2⁻⁵² count as that, as in scikit-learn. */
function meanLogLoss({ data }: Matrix, labels: Int32Array): number {
  let sum = 0;
  for (const [row, label] of labels.entries()) {
    sum -= Math.log(Math.max(Number.EPSILON, data[row * CLASS_COUNT + label] ?? NaN));
  }
  return sum / labels.length;
}

function tooFewRows({ rows, horizonBars }: RankedRows, { purgeBars }: Ranking): Result<never> {
  const message = `select: ${String(rows.length)} rows of the training part with a class at ${String(horizonBars)} bars are too few to rank features by a model: a quarter is held out, and ${String(purgeBars)} bars before it are left out; give more bars, or set select.method to 'none'`;
  return fail('InvalidFeatures', message, { rows: rows.length, purgeBars });
}
