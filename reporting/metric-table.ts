import type { Metric, MetricName } from '../domain/core/metric';
import { formatNumber, formatPercent, formatSigned } from './format';

export interface MetricDescription {
  readonly label: string;
  readonly better: 'higher' | 'lower' | 'neither';
  readonly kind: 'number' | 'percent';
  /** Decimals shown, of the percent where the kind is percent. */
  readonly digits: number;
  /** One line for the glossary. */
  readonly meaning: string;
}

/** How each headline number is named, read and explained. */
export const METRIC_TABLE: Readonly<Record<MetricName, MetricDescription>> = {
  logLoss: {
    label: 'Log loss',
    better: 'lower',
    kind: 'number',
    digits: 4,
    meaning:
      'Mean of −ln of the probability given to the class that came true. Equal guesses among three classes give 1.0986.',
  },
  brier: {
    label: 'Brier',
    better: 'lower',
    kind: 'number',
    digits: 4,
    meaning:
      'Mean squared distance between the probability vector and what came true, summed over the classes: 0 is perfect, 2 the worst.',
  },
  ece: {
    label: 'ECE',
    better: 'lower',
    kind: 'number',
    digits: 4,
    meaning:
      'Expected calibration error: how far the probability of the likeliest class stands from the share it was right, averaged over bins by their rows.',
  },
  balancedAccuracy: {
    label: 'Balanced accuracy',
    better: 'higher',
    kind: 'percent',
    digits: 1,
    meaning:
      'Mean over the classes of the share of their rows that was recognised (recall). Three classes by chance: 33.3 %.',
  },
  directionalAccuracy: {
    label: 'Directional accuracy',
    better: 'higher',
    kind: 'percent',
    digits: 1,
    meaning:
      'Share of rows on which the sign of P(up) − P(down) was the sign of the return that followed. A coin gives 50 %.',
  },
  informationCoefficient: {
    label: 'IC',
    better: 'higher',
    kind: 'number',
    digits: 3,
    meaning:
      'Information coefficient: rank correlation (Spearman) of P(up) − P(down) with the return that followed, in ATR. 0.03 to 0.05 is the state of the art; a lower limit above 0.10 means a leak.',
  },
  sharpe: {
    label: 'Sharpe',
    better: 'higher',
    kind: 'number',
    digits: 2,
    meaning: 'Yearly mean return of the backtest divided by its yearly standard deviation, after costs and slippage.',
  },
  maxDrawdown: {
    label: 'Max drawdown',
    better: 'lower',
    kind: 'percent',
    digits: 1,
    meaning: 'Largest loss from a peak of capital, as a share of that peak, after costs.',
  },
  winRate: {
    label: 'Win rate',
    better: 'higher',
    kind: 'percent',
    digits: 1,
    meaning: 'Share of trades that earned more than they cost.',
  },
  profitFactor: {
    label: 'Profit factor',
    better: 'higher',
    kind: 'number',
    digits: 2,
    meaning: 'Sum of gains divided by sum of losses, after costs. Below 1 money was lost.',
  },
  turnover: {
    label: 'Turnover',
    better: 'neither',
    kind: 'number',
    digits: 1,
    meaning:
      'Value bought and sold per year as a multiple of the capital; one round trip a week gives about 104. No side is better: it says what costs weigh.',
  },
};

export function formatMetricValue(name: MetricName, value: number | null): string {
  const { kind, digits } = METRIC_TABLE[name];
  return kind === 'percent' ? formatPercent(value, digits) : formatNumber(value, digits);
}

/** The 95 % interval as `[low, high]`, in percent points for percent; null where none is computed. */
export function formatInterval(name: MetricName, metric: Metric): string | null {
  if (metric.low === null || metric.high === null) return null;
  const { kind, digits } = METRIC_TABLE[name];
  const scale = kind === 'percent' ? 100 : 1;
  return `[${formatNumber(metric.low * scale, digits)}, ${formatNumber(metric.high * scale, digits)}]`;
}

/** A difference of two values of a metric with its sign; percent in points. */
export function formatDifference(name: MetricName, difference: number): string {
  const { kind, digits } = METRIC_TABLE[name];
  return formatSigned(kind === 'percent' ? difference * 100 : difference, digits);
}
