import { CLASS_COUNT } from '../../domain/core/classes';
import { bootstrapSums, columnSums, meanBlockRows, percentileInterval } from '../../domain/core/bootstrap';
import { concatBars, concatFloat64 } from '../../domain/core/bars';
import type { Matrix } from '../../domain/core/matrix';
import { emptyMatrix } from '../../domain/core/matrix';
import { randomFromSeed } from '../../domain/core/random';
import type { Result } from '../../domain/core/result';
import { rowMetrics, rowTerms } from '../../domain/evaluate/row-terms';
import { createFeatureComputer } from '../../domain/features/compute';
import { createGenerator } from '../../domain/generate/generator';
import { createSidedLabelKernel } from '../../domain/labels/label-kernel';
import { logisticFamily } from '../../domain/models/logistic';
import { fitScaler } from '../../domain/models/scaler';

/** An information coefficient with its 95 % interval by block bootstrap. */
export interface MeasuredCoefficient {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface PlantedStudy {
  /** Of a logistic regression on features, on bars that it was not trained on. */
  readonly model: MeasuredCoefficient;
  /** Of the planted signal itself, on the same rows: what no model can know better. */
  readonly oracle: MeasuredCoefficient;
  readonly testRows: number;
}

const HORIZON_BARS = 4;
const FEATURES = [
  ...['logReturn1', 'logReturn5', 'logReturn10', 'rsi14', 'returnZScore60', 'smaDistance20', 'bollingerPosition20'],
  ...['volatilityScaledReturn20', 'stochasticK14', 'channelIndex20', 'closePosition', 'returnShock32'],
];

/**
 * The way of a run from generated bars to the information coefficient of the test part, without a server: features,
 * triple-barrier labels, a part for training and one for testing with a purge between them, a scaler fitted on the
 * training part, logistic regression.
 */
export async function plantedStudy(strength: number, seed: number, bars: number): Promise<PlantedStudy> {
  const settings = { symbolCount: 1, bars, timeframeMinutes: 60, seed, signalStrength: strength, delistOne: false };
  const chunks = [...createGenerator(settings, 0).chunksWithTruth()];
  const series = concatBars(chunks.map((chunk) => chunk.bars));
  const signal = concatFloat64(chunks.map(({ truth }) => truth.plantedSignal));

  const context = {
    timeframeMs: 3_600_000,
    higherTimeframeMultiple: 4,
    higherTimeframeMultiple2: 24,
    fracDiff: null,
    cross: [],
  };
  const columns = valueOf(createFeatureComputer(FEATURES, context)).push(series);
  const kernel = valueOf(
    createSidedLabelKernel({ bars: HORIZON_BARS, upAtr: 1.5, downAtr: 1.5, atrPeriod: 14, timeouts: 'sign' }),
  );
  const [settled, rest] = [kernel.push(series), kernel.finish()];
  const classIndex = Int8Array.from([...settled.classIndex, ...rest.classIndex]);
  const returnAtr = concatFloat64([settled.returnAtr, rest.returnAtr]);

  const isUsable = (row: number): boolean =>
    (classIndex[row] ?? -1) >= 0 && columns.every((column) => Number.isFinite(column[row]));
  const border = Math.floor(0.7 * bars);
  const rowsBetween = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, i) => from + i).filter(isUsable);
  const train = rowsBetween(0, border - 3 * HORIZON_BARS);
  const test = rowsBetween(border, bars);

  const scaler = fitScaler(gather(columns, train));
  const labelled = {
    features: scaler.transform(gather(columns, train)),
    labels: Int32Array.from(train, (row) => classIndex[row] ?? 0),
  };
  const fitted = valueOf(
    await logisticFamily.fit(
      labelled,
      labelled,
      { l2: 1e-3, maxIterations: 60, tolerance: 1e-5 },
      { featureNames: FEATURES, seed, random: randomFromSeed(seed), onProgress: () => undefined },
    ),
  );
  const judged = {
    classIndex: Int8Array.from(test, (row) => classIndex[row] ?? -1),
    returnAtr: Float64Array.from(test, (row) => returnAtr[row] ?? NaN),
  };
  return {
    model: coefficient(fitted.predictProbabilities(scaler.transform(gather(columns, test))), judged, seed),
    oracle: coefficient(oracleForecast(test.map((row) => signal[row] ?? NaN)), judged, seed),
    testRows: test.length,
  };
}

function coefficient(
  probabilities: Matrix,
  judged: { readonly classIndex: Int8Array; readonly returnAtr: Float64Array },
  seed: number,
): MeasuredCoefficient {
  const terms = rowTerms({ ...judged, probabilities }, 10);
  const value = rowMetrics(columnSums(terms)).informationCoefficient;
  const blocks = { samples: 300, meanBlockRows: meanBlockRows(terms.rows, HORIZON_BARS) };
  const resampled = bootstrapSums(
    terms,
    blocks,
    randomFromSeed(seed),
    (sums) => rowMetrics(sums).informationCoefficient,
  );
  const interval = percentileInterval(resampled);
  return { value, low: interval?.low ?? NaN, high: interval?.high ?? NaN };
}

/** Probabilities whose difference rises with the signal: ranks are all that the coefficient looks at. */
function oracleForecast(signal: readonly number[]): Matrix {
  const matrix = emptyMatrix(signal.length, CLASS_COUNT);
  for (const [r, value] of signal.entries()) matrix.data.set([0.5 - value / 40, 0, 0.5 + value / 40], r * CLASS_COUNT);
  return matrix;
}

function gather(columns: readonly Float64Array[], rows: readonly number[]): Matrix {
  const matrix = emptyMatrix(rows.length, columns.length);
  for (const [r, row] of rows.entries()) {
    for (const [c, column] of columns.entries()) matrix.data[r * columns.length + c] = column[row] ?? NaN;
  }
  return matrix;
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}
