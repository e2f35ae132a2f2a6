import { CLASS_COUNT } from '../core/classes';
import type { MetricName } from '../core/metric';
import type { RandomStream } from '../core/random';
import { fail, ok, type Result } from '../core/result';
import { runBacktest, type Backtest, type MarkingBars, type SideOutcomes } from './backtest';
import { backtestMetrics, backtestTerms, turnoverPerYear, type BacktestMetrics } from './backtest-terms';
import { bootstrapSums, columnSums, meanBlockRows, type BootstrapSettings } from '../core/bootstrap';
import { maxDrawdown } from './equity-curve';
import { rowMetrics, rowTerms, type RowMetrics } from './row-terms';
import { isClassified, type TestRows } from './test-rows';
import type { BacktestSettings } from './trade';

/** The configuration's `evaluation` section. */
export interface EvaluationSettings {
  /** Resamples behind each interval; 0 gives no intervals. */
  readonly bootstrapSamples: number;
  /** Bins of equal width for ECE and reliability diagrams. */
  readonly eceBins: number;
}

/** The test rows of one backtest path, in time order and without repetition, with what the backtest needs. */
export interface EvaluationInput extends TestRows {
  /** Row number in the series of each test row, strictly ascending. */
  readonly rows: Int32Array;
  readonly sides: SideOutcomes;
  /** As `BacktestInput.primary`: with it classes, returns and forecasts are those of the rule's side, up being right. */
  readonly primary?: Int8Array;
  readonly bars: MarkingBars;
  /** The vertical barrier of the labels: sets the blocks of the bootstrap, and stands in the rubric. */
  readonly horizonBars: number;
  readonly evaluation: EvaluationSettings;
  readonly backtest: BacktestSettings;
  /** Draws the resamples; the same state gives the same intervals. */
  readonly random: RandomStream;
}

/** What one path says: its numbers, and what resampling its rows makes of them. */
export interface PathJudgement {
  /** NaN where nothing defines a number. */
  readonly point: Readonly<Record<MetricName, number>>;
  /** Of each resample the numbers that it gives; empty where there are none to resample. */
  readonly resampled: { readonly rows: readonly RowMetrics[]; readonly trading: readonly BacktestMetrics[] };
  /** Rows with both a prediction and a class. */
  readonly classified: number;
  readonly backtest: Backtest;
}

/**
 * Judges one path, with `samples` resamples. `InvalidLabels` where no row has both a prediction and a class, `Unexpected`
 * where the shapes do not fit.
 */
export function judgePath(input: EvaluationInput, samples: number): Result<PathJudgement> {
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
  const blocks = (rows: number): BootstrapSettings => ({
    samples,
    meanBlockRows: meanBlockRows(rows, input.horizonBars),
  });
  const terms = rowTerms(input, input.evaluation.eceBins);
  const rowPoint = rowMetrics(columnSums(terms));
  const rows = bootstrapSums(terms, blocks(terms.rows), input.random, rowMetrics);

  const backtest = runBacktest({ ...input, settings: input.backtest });
  const bars = backtestTerms(backtest);
  const statistic = (sums: Float64Array): BacktestMetrics => backtestMetrics(sums, backtest.barsPerYear);
  const tradingPoint = statistic(columnSums(bars));
  const trading = backtest.trades.length === 0 ? [] : bootstrapSums(bars, blocks(bars.rows), input.random, statistic);
  return ok({
    point: {
      ...rowPoint,
      ...tradingPoint,
      maxDrawdown: maxDrawdown(backtest.track.equity),
      turnover: turnoverPerYear(backtest),
    },
    resampled: { rows, trading },
    classified,
    backtest,
  });
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
    ...(input.primary === undefined ? {} : { primary: input.primary.length }),
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
