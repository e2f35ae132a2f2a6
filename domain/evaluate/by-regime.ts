import { bootstrapSums, columnSums, meanBlockRows, percentileInterval } from '../core/bootstrap';
import type { RegimeResult } from '../core/evaluation';
import { gatherRows } from '../core/matrix';
import type { Metric } from '../core/metric';
import { randomFromSeed } from '../core/random';
import type { EvaluationInput } from './judge-path';
import { runBacktest } from './backtest';
import { regimeCalibration } from './regime-calibration';
import { regimeReturns } from './regime-returns';
import { rowMetrics, rowTerms, type RowMetrics } from './row-terms';
import { isClassified, type TestRows } from './test-rows';

/** A number of fewer rows of one regime says nothing. */
const LEAST_ROWS = 30;

/**
 * The forecasts of each regime judged by themselves, over one or more backtest paths: the mean over the paths, with the
 * 95 % percentile interval of the resamples of all of them together, as `pathMetrics` has it. Ranks of the information
 * coefficient are those within the regime. Rows of one regime lie in spells, so that a block of the bootstrap may join the
 * end of one and the start of the next. Returns are those of the bars that began in the regime (`regimeReturns`).
 *
 * @param regimeOf label of each row of the series; negative: none
 * @param names of the labels 0, 1, …; a regime with fewer than 30 judged rows in some path has no numbers and is not told
 * @param seed of the resamples, which are apart from those of the headline numbers
 */
export function resultsByRegime(
  paths: readonly EvaluationInput[],
  regimeOf: Int8Array,
  names: readonly string[],
  seed: number,
): readonly RegimeResult[] {
  const returns = paths.map((path) => ({
    backtest: runBacktest({ ...path, settings: path.backtest }),
    horizonBars: path.horizonBars,
    samples: path.evaluation.bootstrapSamples,
  }));
  return names.flatMap((regime, label) => {
    const parts = paths.map((path) => rowsOf(path, (row) => regimeOf[row] === label));
    const judged = parts.map((part) => classifiedRows(part));
    if (judged.length === 0 || judged.some((rows) => rows < LEAST_ROWS)) return [];
    const numbers = parts.map((part, p) => judgeRows(part, paths[p], seed + label));
    return [
      {
        regime,
        rows: Math.round(judged.reduce((sum, rows) => sum + rows, 0) / judged.length),
        logLoss: metricOver(numbers, 'logLoss'),
        brier: metricOver(numbers, 'brier'),
        ece: metricOver(numbers, 'ece'),
        directionalAccuracy: metricOver(numbers, 'directionalAccuracy'),
        informationCoefficient: metricOver(numbers, 'informationCoefficient'),
        ...regimeReturns(returns, (row) => regimeOf[row] === label, seed + label),
        calibration: regimeCalibration(parts, paths[0]?.evaluation.eceBins ?? 10),
      },
    ];
  });
}

function rowsOf(path: EvaluationInput, isWanted: (row: number) => boolean): TestRows {
  const chosen = [...path.rows.keys()].filter((r) => isWanted(path.rows[r] ?? -1));
  return {
    probabilities: gatherRows(path.probabilities, chosen),
    classIndex: Int8Array.from(chosen, (r) => path.classIndex[r] ?? -1),
    returnAtr: Float64Array.from(chosen, (r) => path.returnAtr[r] ?? NaN),
  };
}

function classifiedRows(part: TestRows): number {
  return [...Array(part.returnAtr.length).keys()].filter((r) => isClassified(part, r)).length;
}

interface PathNumbers {
  readonly point: RowMetrics;
  readonly draws: readonly RowMetrics[];
}

function judgeRows(part: TestRows, path: EvaluationInput | undefined, seed: number): PathNumbers {
  const { evaluation, horizonBars } = path ?? { evaluation: { bootstrapSamples: 0, eceBins: 10 }, horizonBars: 1 };
  const terms = rowTerms(part, evaluation.eceBins);
  const blocks = { samples: evaluation.bootstrapSamples, meanBlockRows: meanBlockRows(terms.rows, horizonBars) };
  return {
    point: rowMetrics(columnSums(terms)),
    draws: bootstrapSums(terms, blocks, randomFromSeed(seed), rowMetrics),
  };
}

function metricOver(paths: readonly PathNumbers[], name: keyof RowMetrics): Metric {
  const values = paths.map(({ point }) => point[name]).filter(Number.isFinite);
  if (values.length === 0) return { value: 0, low: null, high: null };
  const interval = percentileInterval(paths.flatMap(({ draws }) => draws.map((numbers) => numbers[name])));
  return {
    value: values.reduce((sum, value) => sum + value, 0) / values.length,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  };
}
