import { CLASS_COUNT } from '../core/classes';
import type { Matrix } from '../core/matrix';
import { gatherRows } from '../core/matrix';
import { rowIsPredicted, rowLogLoss } from '../core/scores';
import { calibrationError } from './calibration-error';

/** Two models' calibrated probabilities for the same bars, in the order of time, and the class that came true. */
export interface Contest {
  /** A class, or anything negative where the row has none. */
  readonly classIndex: ArrayLike<number>;
  readonly champion: Matrix;
  readonly challenger: Matrix;
  /** Bars that a label may span: neighbouring losses overlap over as many. */
  readonly spanBars: number;
  /** Bins of equal width for the calibration error. */
  readonly eceBins: number;
  /** What the ledger of the challenger's study says of luck; null or left out: nothing. */
  readonly study?: StudyEvidence | null;
}

/** How the challenger's backtest stands against the luck of its study. */
export interface StudyEvidence {
  readonly study: string;
  readonly trials: number;
  /** Deflated Sharpe ratio and probability of backtest overfitting; null where not defined. */
  readonly dsr: number | null;
  readonly pbo: number | null;
}

/** What is measured of one model on the common rows; NaN where nothing is defined. */
export interface ModelScores {
  /** Loss of each row, in nats. */
  readonly losses: Float64Array;
  /** Mean log loss. */
  readonly logLoss: number;
  /** 1 - log loss / log loss of the base rate: 1 is perfect, 0 no better than the shares of the classes, below it worse. */
  readonly skill: number;
  readonly ece: number;
}

/** What every check of the gate looks at. Later checks may need more: then it is added here, and these stay as they are. */
export interface GateEvidence {
  /** Rows with a class that both models predicted. */
  readonly rows: number;
  /** Rows that did not count, by reason. */
  readonly leftOut: { readonly withoutClass: number; readonly championOnly: number; readonly challengerOnly: number };
  readonly spanBars: number;
  /** Share of each class on the common rows, in the order of CLASS_NAMES. */
  readonly classShares: readonly number[];
  /** Log loss of the base-rate forecast, which gives every row those shares: the entropy of the shares. */
  readonly baseLogLoss: number;
  readonly champion: ModelScores;
  readonly challenger: ModelScores;
  readonly study: StudyEvidence | null;
}

/**
 * Measures both models on the rows that have a class and a prediction of both. The base-rate forecast knows the shares of
 * the classes on these very rows, so it is the strongest constant forecast there is, and the same for both models.
 */
export function gateEvidence({
  classIndex,
  champion,
  challenger,
  spanBars,
  eceBins,
  study = null,
}: Contest): GateEvidence {
  const common: number[] = [];
  const leftOut = { withoutClass: 0, championOnly: 0, challengerOnly: 0 };
  for (let row = 0; row < champion.rows; row += 1) {
    const label = classIndex[row] ?? -1;
    const [byChampion, byChallenger] = [rowIsPredicted(champion, row), rowIsPredicted(challenger, row)];
    if (!(label >= 0 && label < CLASS_COUNT)) leftOut.withoutClass += 1;
    else if (byChampion && byChallenger) common.push(row);
    else if (byChampion) leftOut.championOnly += 1;
    else if (byChallenger) leftOut.challengerOnly += 1;
  }
  const labels = Int8Array.from(common, (row) => classIndex[row] ?? -1);
  const classShares = Array.from({ length: CLASS_COUNT }, (_, c) => shareOf(labels, c));
  const baseLogLoss = classShares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
  const scores = (probabilities: Matrix): ModelScores =>
    modelScores(gatherRows(probabilities, common), labels, baseLogLoss, eceBins);
  return {
    rows: common.length,
    leftOut,
    spanBars,
    classShares,
    baseLogLoss: common.length === 0 ? NaN : baseLogLoss,
    champion: scores(champion),
    challenger: scores(challenger),
    study,
  };
}

function modelScores(probabilities: Matrix, labels: Int8Array, baseLogLoss: number, eceBins: number): ModelScores {
  const losses = Float64Array.from(labels, (label, row) => rowLogLoss(probabilities, row, label));
  const logLoss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  return {
    losses,
    logLoss,
    // One class only: the base rate is perfect, and no skill against it can be defined.
    skill: baseLogLoss > 0 ? 1 - logLoss / baseLogLoss : NaN,
    ece: calibrationError(probabilities, labels, eceBins),
  };
}

function shareOf(labels: Int8Array, wanted: number): number {
  return labels.reduce((count, label) => count + (label === wanted ? 1 : 0), 0) / labels.length;
}
