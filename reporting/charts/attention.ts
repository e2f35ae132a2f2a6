import type { EChartsOption } from 'echarts';
import { formatNumber } from '../format';
import { tone } from '../palette';
import { valueAxis } from './axes';

/**
 * How much of a net's attention each bar of the window takes, in percent, the newest bar at 0; the dashed line is what each
 * would take if all took the same. `weights` go from the oldest bar to the newest.
 */
export function attentionOption(weights: readonly number[]): EChartsOption {
  const oldest = 1 - weights.length;
  const color = tone('series1');
  const even = 100 / Math.max(1, weights.length);
  return {
    grid: { left: 58, right: 18, top: 12, bottom: 44 },
    xAxis: {
      ...valueAxis('bars before the forecast', 28, (value) => formatNumber(value, 0)),
      min: oldest,
      max: 0,
      splitLine: { show: false },
    },
    yAxis: { ...valueAxis('share of attention %', 40, percentLabel), min: 0, splitNumber: 4 },
    series: [
      {
        type: 'line',
        name: 'attention',
        silent: true,
        symbol: 'none',
        data: weights.map((weight, index) => [oldest + index, weight * 100]),
        lineStyle: { color, width: 2 },
        itemStyle: { color },
        areaStyle: { color, opacity: 0.18 },
      },
      {
        type: 'line',
        name: 'the same for every bar',
        silent: true,
        symbol: 'none',
        data: [
          [oldest, even],
          [0, even],
        ],
        lineStyle: { color: tone('muted'), width: 1, type: [4, 4] },
        itemStyle: { color: tone('muted') },
      },
    ],
  };
}

const percentLabel = (value: number): string => formatNumber(value, value < 10 ? 1 : 0);
