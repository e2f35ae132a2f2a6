import { METRIC_NAMES, type Metric, type MetricName, type Metrics } from '../core/metric';
import { percentileInterval } from '../core/bootstrap';
import type { PathJudgement } from './judge-path';

/** From so many paths on, a number that cannot be resampled has an interval from the paths alone. */
const ENOUGH_PATHS = 20;

type Numbers = Readonly<Partial<Record<MetricName, number>>>;

/**
 * The headline numbers over all paths: the mean, and a 95 % percentile interval of the resamples of all paths together, as
 * many of each (a mixture: draw a path, then blocks of its rows).
 *
 * Paths share their test rows and most of their training rows, so they are far from independent: a t interval over them
 * would shrink with their number and say nothing of which rows the period happened to bring, and the spread of a few paths
 * alone says too little. The mixture's variance is the spread between paths plus the mean spread within them (law of
 * total variance). It is the interval of one path's number, so wider than that of the mean over paths: an error on the side
 * of caution. Maximum drawdown and turnover depend on the order of the bars as a whole and are not resampled: they have the
 * percentile interval of their values where there are at least 20 paths, none with fewer. One path is just itself.
 *
 * A number that no path defines is 0 without an interval; paths that do not define it are left out of its mean.
 *
 * Source: López de Prado (2018), ch. 12, for paths; Politis & Romano (1994) for the blocks; the mixture is ours.
 */
export function pathMetrics(paths: readonly PathJudgement[]): Metrics {
  const byName = METRIC_NAMES.map((name) => [name, metricOver(paths, name)] as const);
  return Object.fromEntries(byName) as Metrics;
}

function metricOver(paths: readonly PathJudgement[], name: MetricName): Metric {
  const values = paths.map(({ point }) => point[name]).filter(Number.isFinite);
  if (values.length === 0) return { value: 0, low: null, high: null };
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const interval = percentileInterval(drawsOf(paths, name));
  return { value, low: interval?.low ?? null, high: interval?.high ?? null };
}

function drawsOf(paths: readonly PathJudgement[], name: MetricName): readonly number[] {
  if (name === 'maxDrawdown' || name === 'turnover') {
    return paths.length < ENOUGH_PATHS ? [] : paths.map(({ point }) => point[name]);
  }
  const draws = paths.map((path) => drawsOfPath(path, name));
  const count = Math.max(...draws.map(({ length }) => length));
  // A path that never traded has a number but no resamples: whatever is drawn, it stays where it is.
  return draws.flatMap((own, p) =>
    own.length > 0 ? own : new Array<number>(count).fill(paths[p]?.point[name] ?? NaN),
  );
}

function drawsOfPath({ point, resampled }: PathJudgement, name: MetricName): readonly number[] {
  if (!Number.isFinite(point[name])) return [];
  return [...resampled.rows, ...resampled.trading].flatMap((numbers: Numbers) => numbers[name] ?? []);
}
