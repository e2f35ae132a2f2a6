import type { Metric, MetricName, Metrics } from './metric';

/** One bin of a reliability diagram: mean forecast against the share that came true. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly meanForecast: number;
  readonly observedShare: number;
}

export interface EquityPoint {
  readonly time: number;
  /** Capital, starting at 1. */
  readonly equity: number;
  /** Loss from the highest capital so far, as a share of it (0 or positive). */
  readonly drawdown: number;
}

/** One check of a rubric: what was asked, what was found. */
export interface RubricCheck {
  readonly name: string;
  readonly threshold: string;
  readonly value: number | null;
  readonly passed: boolean;
}

/** What was forecast in one market regime beside what came true, over the judged rows of all paths. */
export interface RegimeCalibration {
  /** Of the class held most probable, in bins of equal width: those that the expected calibration error is made of. */
  readonly confidence: readonly ReliabilityBin[];
  /** Mean probability of each class, and its share of the rows. */
  readonly classes: Readonly<
    Record<'down' | 'timeout' | 'up', { readonly meanForecast: number; readonly observedShare: number }>
  >;
}

/** The forecasts of one market regime, judged by themselves. */
export interface RegimeResult {
  /** Volatility and trend: `calm-up`. */
  readonly regime: string;
  /** Judged rows, mean over the paths. */
  readonly rows: number;
  readonly logLoss: Metric;
  readonly brier: Metric;
  readonly ece: Metric;
  readonly directionalAccuracy: Metric;
  readonly informationCoefficient: Metric;
  /**
   * Of the strategy's returns after costs on the bars that began in the regime, annualised as if a year were nothing else;
   * without an interval below 30 dates; null where the capital never moved. Not there in evaluations of before.
   */
  readonly sharpe?: Metric | null;
  /** UTC dates with such a bar, mean over the paths. */
  readonly days?: number;
  readonly calibration?: RegimeCalibration;
}

/** What a primary rule earns alone, every side of it taken: what its meta-model is measured against. Means over the paths. */
export interface PrimaryResult {
  readonly sharpe: number;
  /** 0 where nothing was traded. */
  readonly winRate: number;
  readonly trades: number;
}

/** The judgement of one model on one horizon over all test rows. */
export interface Evaluation {
  readonly metrics: Metrics;
  readonly testRows: number;
  /** Test rows without a class or without all features: not judged. */
  readonly skippedRows: number;
  readonly trades: number;
  readonly reliability: Readonly<Record<'down' | 'timeout' | 'up', readonly ReliabilityBin[]>>;
  /** At most 500 points. */
  readonly equity: readonly EquityPoint[];
  /** confusion[actual][predicted], classes in the order of CLASS_NAMES. */
  readonly confusion: readonly (readonly number[])[];
  /** Grade of the directional rubric (A8): A, B, C, D or F. */
  readonly grade: string;
  /** The production criteria (B14), each with its value. */
  readonly production: readonly RubricCheck[];
  /** Where there are several backtest paths: the numbers of each, null where nothing defines one. */
  readonly paths?: readonly Readonly<Record<MetricName, number | null>>[];
  /** Then a fan of their capital, by the last value; `equity` is the path of the median Sharpe ratio. */
  readonly equityPaths?: readonly (readonly EquityPoint[])[];
  /** Of meta-labels: the primary rule by itself on the same rows. */
  readonly primary?: PrimaryResult;
  /** By regime, labelled causally by thresholds of the first training part; those with too few rows are left out. */
  readonly regimes?: readonly RegimeResult[];
  /** Plain sentences a reader must see, such as "a lower limit above 0.10 means a leak". */
  readonly warnings: readonly string[];
}
