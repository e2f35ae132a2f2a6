import type { EChartsOption } from 'echarts';
import type { ImportanceRecord } from '../../shared/contracts/run-record';
import { formatNumber } from '../format';
import { tone } from '../palette';
import { categoryAxis, valueAxis } from './axes';

const TOP_FEATURES = 15;

/** The features with the largest shares, largest first, at most TOP_FEATURES. */
export function topFeatures(importances: readonly ImportanceRecord[]): readonly ImportanceRecord[] {
  return [...importances].sort((a, b) => b.share - a.share).slice(0, TOP_FEATURES);
}

export function importanceChartHeight(features: number): number {
  return 56 + 17.5 * Math.max(4, features);
}

/** The shares of the most important features as horizontal bars, largest on top. */
export function importancesOption(importances: readonly ImportanceRecord[]): EChartsOption {
  const top = topFeatures(importances);
  return {
    grid: { left: 188, right: 40, top: 8, bottom: 44 },
    xAxis: { ...valueAxis('share of importance %', 28, (value) => formatNumber(value, 0)), min: 0, splitNumber: 4 },
    yAxis: {
      ...categoryAxis(
        '',
        0,
        top.map((entry) => entry.feature),
      ),
      inverse: true,
      axisLabel: { color: tone('ink'), fontSize: 11, interval: 0, width: 158, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        name: 'importance',
        silent: true,
        barWidth: 10,
        data: top.map((entry) => entry.share * 100),
        itemStyle: { color: tone('series1') },
        label: {
          show: true,
          position: 'right',
          distance: 4,
          color: tone('muted'),
          fontSize: 10,
          formatter: ({ value }) => (typeof value === 'number' ? formatNumber(value, 1) : ''),
        },
      },
    ],
  };
}
