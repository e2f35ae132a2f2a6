import { CLASS_COUNT, CLASS_NAMES } from '../core/classes';
import type { EquityPoint, Evaluation } from '../core/evaluation';
import { emptyMatrix } from '../core/matrix';
import { METRIC_NAMES, type MetricName } from '../core/metric';
import { fail, ok, type Result } from '../core/result';
import { equityCurve, MAX_EQUITY_POINTS } from './equity-curve';
import { judgePath, type EvaluationInput, type PathJudgement } from './judge-path';
import { pathMetrics } from './path-metrics';
import { confusionMatrix, reliabilityBins } from './reliability';
import { directionalGrade, productionCriteria } from './rubrics';
import type { TestRows } from './test-rows';
import { evaluationWarnings } from './warnings';

export type { EvaluationInput, EvaluationSettings } from './judge-path';

/** A fan of more curves says no more, and each costs the record its points. */
const MAX_FAN_CURVES = 30;
const MAX_FAN_POINTS = 100;

interface JudgedPath {
  readonly input: EvaluationInput;
  readonly judged: PathJudgement;
}

/** Judges one model on one horizon over one backtest path: `evaluatePaths` of that path. */
export function evaluate(input: EvaluationInput): Result<Evaluation> {
  return evaluatePaths([input]);
}

/**
 * Judges one model on one horizon over one or more backtest paths, each of which holds every test row once.
 *
 * Which rows count: log loss, Brier, ECE, balanced accuracy, confusion and reliability use rows with a prediction and a
 * class; directional accuracy and information coefficient rows with a prediction and a return (a time-out that the
 * label rule leaves out of training has a return, and leaving it out here would flatter the model); the backtest uses
 * every row with a prediction. `testRows` are all rows of a path, `skippedRows` those without a prediction or a class.
 *
 * Intervals are 95 % percentile intervals of a stationary bootstrap in time order (Politis & Romano 1994), over several
 * paths as `pathMetrics` says; with one path none for maximum drawdown and turnover, which depend on the order of the bars
 * as a whole. Where nothing defines a number it is 0 without an interval: Sharpe, win rate and profit factor without
 * trades, directional accuracy without directions, the information coefficient of a constant score.
 *
 * With several paths `trades` and `skippedRows` are means over them, rounded; reliability and confusion hold the rows of all
 * of them; `equity` is the path of the median Sharpe ratio, and `equityPaths` a fan of at most 30 of them, the lowest and
 * the highest end among them.
 *
 * @returns `InvalidLabels` where no row of a path has both a prediction and a class, `Unexpected` where the shapes do not fit
 */
export function evaluatePaths(inputs: readonly EvaluationInput[]): Result<Evaluation> {
  const paths: JudgedPath[] = [];
  for (const input of inputs) {
    const judged = judgePath(input, Math.ceil(input.evaluation.bootstrapSamples / inputs.length));
    if (!judged.ok) return judged;
    paths.push({ input, judged: judged.value });
  }
  const [first] = paths;
  if (first === undefined) return fail('Unexpected', 'There is no path to judge.');
  return ok(summary(first, paths));
}

function summary(first: JudgedPath, paths: readonly JudgedPath[]): Evaluation {
  const { input } = first;
  const all = paths.map(({ judged }) => judged);
  const metrics = pathMetrics(all);
  const trades = Math.round(meanOf(all, ({ backtest }) => backtest.trades.length));
  const traded = {
    sharpe: metrics.sharpe.value,
    winRate: metrics.winRate.value,
    maxDrawdown: metrics.maxDrawdown.value,
    trades,
  };
  const together = paths.length === 1 ? input : rowsTogether(paths.map((path) => path.input));
  const isDefined = (name: MetricName): boolean => all.some(({ point }) => Number.isFinite(point[name]));
  return {
    metrics,
    testRows: input.rows.length,
    skippedRows: input.rows.length - Math.round(meanOf(all, ({ classified }) => classified)),
    trades,
    reliability: reliabilityOfClasses(together, input.evaluation.eceBins),
    equity: curveOf(medianPath(paths) ?? first, MAX_EQUITY_POINTS),
    confusion: confusionMatrix(together),
    grade: directionalGrade({ ...traded, directionalAccuracy: metrics.directionalAccuracy.value }),
    production: productionCriteria(traded, input.horizonBars),
    warnings: evaluationWarnings({
      metrics,
      trades,
      hasRankCorrelation: isDefined('informationCoefficient'),
      hasDirection: isDefined('directionalAccuracy'),
      isRuined: all.some(({ backtest }) => backtest.track.equity.at(-1) === 0),
    }),
    ...(paths.length === 1 ? {} : { paths: all.map(pathNumbers), equityPaths: fanOf(paths) }),
  };
}

function meanOf(paths: readonly PathJudgement[], of: (path: PathJudgement) => number): number {
  return paths.reduce((sum, path) => sum + of(path), 0) / paths.length;
}

function pathNumbers({ point }: PathJudgement): Readonly<Record<MetricName, number | null>> {
  const numbers = METRIC_NAMES.map((name) => [name, Number.isFinite(point[name]) ? point[name] : null] as const);
  return Object.fromEntries(numbers) as Record<MetricName, number | null>;
}

/** The lower median by Sharpe ratio; the earlier of equals. */
function medianPath(paths: readonly JudgedPath[]): JudgedPath | undefined {
  const ordered = [...paths].sort((a, b) => a.judged.point.sharpe - b.judged.point.sharpe);
  return ordered[Math.floor((ordered.length - 1) / 2)];
}

/** Curves in the order of their last capital, evenly chosen where there are too many. */
function fanOf(paths: readonly JudgedPath[]): readonly (readonly EquityPoint[])[] {
  const lastOf = ({ judged }: JudgedPath): number => judged.backtest.track.equity.at(-1) ?? 1;
  const ordered = [...paths].sort((a, b) => lastOf(a) - lastOf(b));
  const count = Math.min(MAX_FAN_CURVES, ordered.length);
  return Array.from({ length: count }, (_, i) => ordered[Math.round((i * (ordered.length - 1)) / (count - 1))]).flatMap(
    (path) => (path === undefined ? [] : [curveOf(path, MAX_FAN_POINTS)]),
  );
}

function curveOf({ input, judged }: JudgedPath, maxPoints: number): readonly EquityPoint[] {
  const { track } = judged.backtest;
  const startTime = input.bars.time[(input.rows[0] ?? 0) - input.bars.firstRow] ?? NaN;
  return equityCurve(startTime, track.time, track.equity, maxPoints);
}

/** The rows of all paths behind one another. */
function rowsTogether(inputs: readonly TestRows[]): TestRows {
  const rows = inputs.reduce((sum, { probabilities }) => sum + probabilities.rows, 0);
  const probabilities = emptyMatrix(rows, CLASS_COUNT);
  const classIndex = new Int8Array(rows);
  const returnAtr = new Float64Array(rows);
  let at = 0;
  for (const path of inputs) {
    probabilities.data.set(path.probabilities.data, at * CLASS_COUNT);
    classIndex.set(path.classIndex, at);
    returnAtr.set(path.returnAtr, at);
    at += path.probabilities.rows;
  }
  return { probabilities, classIndex, returnAtr };
}

function reliabilityOfClasses(rows: TestRows, bins: number): Evaluation['reliability'] {
  const [down, timeout, up] = CLASS_NAMES.map((_, c) => reliabilityBins(rows, c, bins));
  return { down: down ?? [], timeout: timeout ?? [], up: up ?? [] };
}
