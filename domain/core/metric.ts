/** A number with its 95 % interval; `low` and `high` are null where no interval is computed. */
export interface Metric {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export const METRIC_NAMES = [
  'logLoss',
  'brier',
  'ece',
  'balancedAccuracy',
  'directionalAccuracy',
  'informationCoefficient',
  'sharpe',
  'maxDrawdown',
  'winRate',
  'profitFactor',
  'turnover',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];
export type Metrics = Readonly<Record<MetricName, Metric>>;
