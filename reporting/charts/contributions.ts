import type { BarSeriesOption, EChartsOption } from 'echarts';
import type { FeatureContribution } from '../../domain/core/contributions';
import { formatNumber } from '../format';
import { tone } from '../palette';
import { categoryAxis, legend, valueAxis } from './axes';

const SIDES = ['down', 'up'] as const;
const BAR_WIDTH = 8;

export function contributionChartHeight(features: number): number {
  return 78 + 24 * Math.max(4, features);
}

/** How far each feature moves the scores of down and up: two bars a feature, in the order given, first on top. */
export function contributionsOption(features: readonly FeatureContribution[]): EChartsOption {
  return {
    legend: legend(SIDES),
    grid: { left: 188, right: 24, top: 30, bottom: 44 },
    xAxis: {
      ...valueAxis('mean |contribution| to the log-odds', 28, tickOf),
      min: 0,
      splitNumber: 4,
    },
    yAxis: {
      ...categoryAxis(
        '',
        0,
        features.map(({ feature }) => feature),
      ),
      inverse: true,
      axisLabel: { color: tone('ink'), fontSize: 11, interval: 0, width: 158, overflow: 'truncate' },
    },
    series: SIDES.map((side): BarSeriesOption => ({
      type: 'bar',
      name: side,
      silent: true,
      barWidth: BAR_WIDTH,
      barGap: '10%',
      data: features.map((feature) => feature[side].size),
      itemStyle: { color: tone(side) },
    })),
  };
}

/** As many decimals as tell neighbouring ticks apart. */
function tickOf(value: number): string {
  return value === 0 ? '0' : formatNumber(value, value < 0.01 ? 4 : value < 0.1 ? 3 : 2);
}
