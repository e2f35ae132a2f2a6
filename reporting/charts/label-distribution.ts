import type { BarSeriesOption, EChartsOption } from 'echarts';
import type { LabelRecord } from '../../shared/contracts/run-record';
import { formatNumber, plural } from '../format';
import { tone } from '../palette';
import { categoryAxis, legend, valueAxis } from './axes';

/** Every outcome of a label, in the order in which it is shown. */
export const OUTCOMES = ['down', 'timeout', 'up', 'ambiguous', 'unsettled', 'unusable'] as const;
type Outcome = (typeof OUTCOMES)[number];

const LEAST_LABELLED_PERCENT = 7;

export function labelChartHeight(horizons: number): number {
  return 82 + 46 * horizons;
}

/** The share of each label outcome, one stacked bar for each horizon. */
export function labelDistributionOption(labels: readonly LabelRecord[]): EChartsOption {
  return {
    legend: legend(OUTCOMES),
    grid: { left: 72, right: 18, top: 34, bottom: 44 },
    xAxis: { ...valueAxis('share of bars %', 28, (value) => formatNumber(value, 0)), min: 0, max: 100 },
    yAxis: {
      ...categoryAxis(
        '',
        0,
        labels.map((label) => plural(label.horizonBars, 'bar')),
      ),
      inverse: true,
    },
    series: OUTCOMES.map((outcome) => outcomeSeries(outcome, labels)),
  };
}

function outcomeSeries(outcome: Outcome, labels: readonly LabelRecord[]): BarSeriesOption {
  return {
    type: 'bar',
    name: outcome,
    stack: 'outcomes',
    silent: true,
    barWidth: 24,
    data: labels.map((label) => percentOf(label, outcome)),
    itemStyle: { color: tone(outcome) },
    label: {
      show: true,
      color: tone('onMark'),
      fontSize: 11,
      formatter: ({ value }) =>
        typeof value === 'number' && value >= LEAST_LABELLED_PERCENT ? formatNumber(value, 0) : '',
    },
  };
}

function percentOf(label: LabelRecord, outcome: Outcome): number {
  const total = OUTCOMES.reduce((sum, name) => sum + label.counts[name], 0);
  return total === 0 ? 0 : (100 * label.counts[outcome]) / total;
}
