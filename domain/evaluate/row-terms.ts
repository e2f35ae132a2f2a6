import { CLASS_COUNT } from '../core/classes';
import { emptyMatrix, type Matrix } from '../core/matrix';
import { rowBrier, rowLogLoss } from '../core/scores';
import { averageRanks } from '../core/ranks';
import { binOf, directionScore, isClassified, isScored, topClass, type TestRows } from './test-rows';

/**
 * Every metric of this file is a function of column sums over the rows. So the terms of each row are computed once, and
 * a bootstrap sample costs a few additions for each block instead of a pass over its rows.
 */
const COLUMN = {
  /** One column for each class: rows of that class, then those of them that were forecast so. */
  actual: 0,
  hit: CLASS_COUNT,
  logLoss: 2 * CLASS_COUNT,
  brier: 2 * CLASS_COUNT + 1,
  directions: 2 * CLASS_COUNT + 2,
  directionHits: 2 * CLASS_COUNT + 3,
  scored: 2 * CLASS_COUNT + 4,
  score: 2 * CLASS_COUNT + 5,
  outcome: 2 * CLASS_COUNT + 6,
  scoreSquared: 2 * CLASS_COUNT + 7,
  outcomeSquared: 2 * CLASS_COUNT + 8,
  product: 2 * CLASS_COUNT + 9,
  /** One column for each bin: confidence minus correctness of its rows. */
  eceGap: 2 * CLASS_COUNT + 10,
} as const;

/** Ranks run from -1 to 1 here: a spread below this is rounding, so the ranks are all the same. */
const NO_SPREAD = 1e-9;

/** Metrics of forecasts; NaN where no row defines one. */
export interface RowMetrics {
  /** Mean log loss over classified rows, in nats. */
  readonly logLoss: number;
  /** Mean over classified rows of the sum over classes of (probability - outcome)². */
  readonly brier: number;
  /**
   * Expected calibration error (Guo et al. 2017): rows are put in bins of equal width by the probability of their top
   * class; the mean, weighted by rows, of |mean confidence - share correct|. It is never negative, so it is biased
   * upwards in small samples, and so is its interval.
   */
  readonly ece: number;
  /** Mean recall of the classes that occur. */
  readonly balancedAccuracy: number;
  /** Share of scored rows on which P(up) - P(down) has the sign of the return; rows where either is 0 do not count. */
  readonly directionalAccuracy: number;
  /** Spearman's rank correlation of P(up) - P(down) with returnAtr over scored rows, average ranks on ties. */
  readonly informationCoefficient: number;
}

/** The terms of each row, rows × columns; a row that does not count in a metric has zeros there. */
export function rowTerms(rows: TestRows, eceBins: number): Matrix {
  const terms = emptyMatrix(rows.probabilities.rows, COLUMN.eceGap + eceBins);
  for (let r = 0; r < terms.rows; r += 1) {
    if (isClassified(rows, r)) addClassificationTerms(rows, r, eceBins, terms);
  }
  addScoreTerms(rows, terms);
  return terms;
}

/** The metrics of any multiset of rows, from the sums of their terms. */
export function rowMetrics(sums: Float64Array): RowMetrics {
  const at = (column: number): number => sums[column] ?? NaN;
  let [classified, recalls, classes] = [0, 0, 0];
  for (let c = 0; c < CLASS_COUNT; c += 1) {
    const actual = at(COLUMN.actual + c);
    classified += actual;
    if (actual === 0) continue;
    classes += 1;
    recalls += at(COLUMN.hit + c) / actual;
  }
  let gap = 0;
  for (let column = COLUMN.eceGap; column < sums.length; column += 1) gap += Math.abs(at(column));
  return {
    logLoss: at(COLUMN.logLoss) / classified,
    brier: at(COLUMN.brier) / classified,
    ece: gap / classified,
    balancedAccuracy: recalls / classes,
    directionalAccuracy: at(COLUMN.directionHits) / at(COLUMN.directions),
    informationCoefficient: rankCorrelation(sums),
  };
}

function addClassificationTerms(
  { probabilities, classIndex }: TestRows,
  r: number,
  eceBins: number,
  terms: Matrix,
): void {
  const label = classIndex[r] ?? 0;
  const top = topClass(probabilities, r);
  const confidence = probabilities.data[r * probabilities.columns + top] ?? NaN;
  const correct = top === label ? 1 : 0;
  const start = r * terms.columns;
  terms.data[start + COLUMN.actual + label] = 1;
  terms.data[start + COLUMN.hit + label] = correct;
  terms.data[start + COLUMN.logLoss] = rowLogLoss(probabilities, r, label);
  terms.data[start + COLUMN.brier] = rowBrier(probabilities, r, label);
  terms.data[start + COLUMN.eceGap + binOf(confidence, eceBins)] = confidence - correct;
}

function addScoreTerms(rows: TestRows, terms: Matrix): void {
  const scored: number[] = [];
  for (let r = 0; r < terms.rows; r += 1) if (isScored(rows, r)) scored.push(r);
  const scores = Float64Array.from(scored, (r) => directionScore(rows.probabilities, r));
  const outcomes = Float64Array.from(scored, (r) => rows.returnAtr[r] ?? NaN);
  const scoreRanks = centredRanks(scores);
  const outcomeRanks = centredRanks(outcomes);
  for (const [i, r] of scored.entries()) {
    const start = r * terms.columns;
    const x = scoreRanks[i] ?? NaN;
    const y = outcomeRanks[i] ?? NaN;
    terms.data[start + COLUMN.scored] = 1;
    terms.data[start + COLUMN.score] = x;
    terms.data[start + COLUMN.outcome] = y;
    terms.data[start + COLUMN.scoreSquared] = x * x;
    terms.data[start + COLUMN.outcomeSquared] = y * y;
    terms.data[start + COLUMN.product] = x * y;
    const agreement = Math.sign(scores[i] ?? 0) * Math.sign(outcomes[i] ?? 0);
    terms.data[start + COLUMN.directions] = agreement === 0 ? 0 : 1;
    terms.data[start + COLUMN.directionHits] = agreement === 1 ? 1 : 0;
  }
}

/** Ranks moved to the mean 0 and scaled to [-1, 1], so that sums of squares keep their digits. */
function centredRanks(values: Float64Array): Float64Array {
  const half = values.length / 2;
  return averageRanks(values).map((rank) => (rank - (values.length + 1) / 2) / half);
}

function rankCorrelation(sums: Float64Array): number {
  const at = (column: number): number => sums[column] ?? NaN;
  const count = at(COLUMN.scored);
  const scoreSpread = at(COLUMN.scoreSquared) - at(COLUMN.score) ** 2 / count;
  const outcomeSpread = at(COLUMN.outcomeSquared) - at(COLUMN.outcome) ** 2 / count;
  if (!(scoreSpread > NO_SPREAD && outcomeSpread > NO_SPREAD)) return NaN;
  const shared = at(COLUMN.product) - (at(COLUMN.score) * at(COLUMN.outcome)) / count;
  return Math.max(-1, Math.min(1, shared / Math.sqrt(scoreSpread * outcomeSpread)));
}
