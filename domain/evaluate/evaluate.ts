import { CLASS_COUNT, CLASS_NAMES } from '../core/classes';
import type { Evaluation } from '../core/evaluation';
import type { Metric } from '../core/metric';
import type { RandomStream } from '../core/random';
import { fail, ok, type Result } from '../core/result';
import { runBacktest, type Backtest, type MarkingBars, type SideOutcomes } from './backtest';
import { backtestMetrics, backtestTerms, turnoverPerYear, type BacktestMetrics } from './backtest-terms';
import { bootstrapSums, columnSums, meanBlockRows, percentileInterval } from './bootstrap';
import { equityCurve, maxDrawdown } from './equity-curve';
import { confusionMatrix, reliabilityBins } from './reliability';
import { rowMetrics, rowTerms, type RowMetrics } from './row-terms';
import { directionalGrade, productionCriteria } from './rubrics';
import { isClassified, type TestRows } from './test-rows';
import type { BacktestSettings } from './trade';
import { evaluationWarnings } from './warnings';

/** The configuration's `evaluation` section. */
export interface EvaluationSettings {
  /** Resamples behind each interval; 0 gives no intervals. */
  readonly bootstrapSamples: number;
  /** Bins of equal width for ECE and reliability diagrams. */
  readonly eceBins: number;
}

/** The test rows of all folds, in time order and without repetition, with what the backtest needs. */
export interface EvaluationInput extends TestRows {
  /** Row number in the series of each test row, strictly ascending. */
  readonly rows: Int32Array;
  readonly sides: SideOutcomes;
  readonly bars: MarkingBars;
  /** The vertical barrier of the labels: sets the blocks of the bootstrap, and stands in the rubric. */
  readonly horizonBars: number;
  readonly evaluation: EvaluationSettings;
  readonly backtest: BacktestSettings;
  /** Draws the resamples; the same state gives the same intervals. */
  readonly random: RandomStream;
}

/**
 * Judges one model on one horizon.
 *
 * Which rows count: log loss, Brier, ECE, balanced accuracy, confusion and reliability use rows with a prediction and a
 * class; directional accuracy and information coefficient rows with a prediction and a return (a time-out that the
 * label rule leaves out of training has a return, and leaving it out here would flatter the model); the backtest uses
 * every row with a prediction. `testRows` are all rows given, `skippedRows` those without a prediction or a class.
 *
 * Intervals are 95 % percentile intervals of a stationary bootstrap in time order (Politis & Romano 1994); none for
 * maximum drawdown and turnover, which depend on the order of the bars as a whole. Where nothing defines a number it is
 * 0 without an interval: Sharpe, win rate and profit factor without trades, directional accuracy without directions,
 * the information coefficient of a constant score.
 *
 * @returns `InvalidLabels` where no row has both a prediction and a class, `Unexpected` where the shapes do not fit
 */
export function evaluate(input: EvaluationInput): Result<Evaluation> {
  const misfit = shapeFault(input);
  if (misfit !== null) return fail('Unexpected', misfit);
  const classified = Array.from(input.rows.keys()).filter((r) => isClassified(input, r)).length;
  if (classified === 0) {
    return fail(
      'InvalidLabels',
      `Not one of ${input.rows.length} test rows has both a prediction and a class, so nothing can be judged: give ` +
        'more bars, or features with a shorter warm-up.',
    );
  }
  const judgement = judgeRows(input);
  const trading = judgeTrading(input);
  const { backtest } = trading;
  const drawdown = maxDrawdown(backtest.track.equity);
  const metrics = {
    ...judgement.metrics,
    ...trading.metrics,
    maxDrawdown: withoutInterval(drawdown),
    turnover: withoutInterval(turnoverPerYear(backtest)),
  };
  const trades = backtest.trades.length;
  const traded = { sharpe: metrics.sharpe.value, winRate: metrics.winRate.value, maxDrawdown: drawdown, trades };
  return ok({
    metrics,
    testRows: input.rows.length,
    skippedRows: input.rows.length - classified,
    trades,
    reliability: reliabilityOfClasses(input, input.evaluation.eceBins),
    equity: equityCurve(startTime(input), backtest.track.time, backtest.track.equity),
    confusion: confusionMatrix(input),
    grade: directionalGrade({ ...traded, directionalAccuracy: metrics.directionalAccuracy.value }),
    production: productionCriteria(traded, input.horizonBars),
    warnings: evaluationWarnings({
      metrics,
      trades,
      hasRankCorrelation: Number.isFinite(judgement.point.informationCoefficient),
      hasDirection: Number.isFinite(judgement.point.directionalAccuracy),
      isRuined: backtest.track.equity.at(-1) === 0,
    }),
  });
}

function judgeRows(input: EvaluationInput): { point: RowMetrics; metrics: Record<keyof RowMetrics, Metric> } {
  const terms = rowTerms(input, input.evaluation.eceBins);
  const point = rowMetrics(columnSums(terms));
  const resampled = bootstrapSums(terms, bootstrapOf(input, terms.rows), input.random, rowMetrics);
  return {
    point,
    metrics: {
      logLoss: metricOf(point, resampled, 'logLoss'),
      brier: metricOf(point, resampled, 'brier'),
      ece: metricOf(point, resampled, 'ece'),
      balancedAccuracy: metricOf(point, resampled, 'balancedAccuracy'),
      directionalAccuracy: metricOf(point, resampled, 'directionalAccuracy'),
      informationCoefficient: metricOf(point, resampled, 'informationCoefficient'),
    },
  };
}

function judgeTrading(input: EvaluationInput): { backtest: Backtest; metrics: Record<keyof BacktestMetrics, Metric> } {
  const backtest = runBacktest({ ...input, settings: input.backtest });
  const terms = backtestTerms(backtest);
  const statistic = (sums: Float64Array): BacktestMetrics => backtestMetrics(sums, backtest.barsPerYear);
  const point = statistic(columnSums(terms));
  const resampled =
    backtest.trades.length === 0 ? [] : bootstrapSums(terms, bootstrapOf(input, terms.rows), input.random, statistic);
  return {
    backtest,
    metrics: {
      sharpe: metricOf(point, resampled, 'sharpe'),
      winRate: metricOf(point, resampled, 'winRate'),
      profitFactor: metricOf(point, resampled, 'profitFactor'),
    },
  };
}

function metricOf<K extends string>(
  point: Readonly<Record<K, number>>,
  resampled: readonly Readonly<Record<K, number>>[],
  name: K,
): Metric {
  if (!Number.isFinite(point[name])) return withoutInterval(0);
  const interval = percentileInterval(resampled.map((sample) => sample[name]));
  return { value: point[name], low: interval?.low ?? null, high: interval?.high ?? null };
}

function withoutInterval(value: number): Metric {
  return { value, low: null, high: null };
}

function bootstrapOf(input: EvaluationInput, rows: number): { samples: number; meanBlockRows: number } {
  return { samples: input.evaluation.bootstrapSamples, meanBlockRows: meanBlockRows(rows, input.horizonBars) };
}

function reliabilityOfClasses(rows: TestRows, bins: number): Evaluation['reliability'] {
  const [down, timeout, up] = CLASS_NAMES.map((_, c) => reliabilityBins(rows, c, bins));
  return { down: down ?? [], timeout: timeout ?? [], up: up ?? [] };
}

function startTime({ rows, bars }: EvaluationInput): number {
  return bars.time[(rows[0] ?? 0) - bars.firstRow] ?? NaN;
}

/** What does not fit in the shapes, or null. */
function shapeFault(input: EvaluationInput): string | null {
  const { rows, probabilities, sides, bars } = input;
  const lengths = {
    probabilities: probabilities.rows,
    classIndex: input.classIndex.length,
    returnAtr: input.returnAtr.length,
    entry: sides.entry.length,
    exitLong: sides.exitLong.length,
    t1RowLong: sides.t1RowLong.length,
    exitShort: sides.exitShort.length,
    t1RowShort: sides.t1RowShort.length,
  };
  for (const [name, length] of Object.entries(lengths)) {
    if (length !== rows.length) return `Received ${length} values of ${name} for ${rows.length} test rows.`;
  }
  if (probabilities.columns !== CLASS_COUNT)
    return `Received ${probabilities.columns} classes, expected ${CLASS_COUNT}.`;
  if (bars.time.length !== bars.close.length) {
    return `Received ${bars.time.length} bar times with ${bars.close.length} closes.`;
  }
  const disorder = rows.findIndex((row, i) => i > 0 && row <= (rows[i - 1] ?? 0));
  if (disorder >= 0) return `Test rows must ascend without repetition; row ${rows[disorder] ?? -1} does not.`;
  const [first, last] = [rows.at(0) ?? bars.firstRow, rows.at(-1) ?? bars.firstRow];
  if (first < bars.firstRow || last >= bars.firstRow + Math.max(1, bars.time.length)) {
    return `Test rows ${first} to ${last} lie outside the bars given, which start at row ${bars.firstRow}.`;
  }
  return null;
}
