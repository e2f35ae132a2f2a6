import type { EChartsOption } from 'echarts';
import type { ClassName } from '../../domain/core/classes';
import type { ReliabilityBin } from '../../domain/core/evaluation';
import { formatShortCount } from '../format';
import { tone } from '../palette';
import { valueAxis } from './axes';
import { LEAST_BIN_ROWS, perfectLine, tenths } from './reliability-parts';

const PLOT_WIDTH = 288;

/**
 * The reliability diagram of one class: mean forecast against the share that came true, with the diagonal of perfect
 * forecasts, and beneath it the number of rows in each bin. Empty bins are left out, and of the line those of fewer than
 * 20 rows.
 */
export function reliabilityOption(className: ClassName, bins: readonly ReliabilityBin[]): EChartsOption {
  const filled = bins.filter((bin) => bin.count > 0);
  const told = filled.filter((bin) => bin.count >= LEAST_BIN_ROWS);
  // Of a short test period rather little than nothing.
  const drawn = told.length > 0 ? told : filled;
  const limit = axisLimit(filled, drawn);
  const color = tone(className);
  const binWidth = filled[0] === undefined ? 0.1 : filled[0].high - filled[0].low;
  return {
    grid: [
      { left: 56, right: 16, top: 12, height: 190 },
      { left: 56, right: 16, top: 222, height: 62 },
    ],
    xAxis: [
      { ...valueAxis('', 0, tenths), gridIndex: 0, min: 0, max: limit, axisLabel: { show: false } },
      {
        ...valueAxis('forecast probability', 28, tenths),
        gridIndex: 1,
        min: 0,
        max: limit,
        splitLine: { show: false },
        containShape: false,
      },
    ],
    yAxis: [
      { ...valueAxis('observed share', 40, tenths), gridIndex: 0, min: 0, max: limit },
      {
        ...valueAxis('rows', 40, formatShortCount),
        gridIndex: 1,
        min: 0,
        max: Math.max(1, ...filled.map((bin) => bin.count)) * 1.3,
        axisLabel: { show: false },
        splitLine: { show: false },
      },
    ],
    series: [
      perfectLine(0, limit),
      {
        type: 'line',
        name: className,
        data: drawn.map((bin) => [bin.meanForecast, bin.observedShare]),
        silent: true,
        symbol: 'circle',
        symbolSize: 7,
        lineStyle: { color, width: 1.5 },
        itemStyle: { color },
      },
      {
        type: 'bar',
        name: 'rows',
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: filled.map((bin) => [(bin.low + bin.high) / 2, bin.count]),
        silent: true,
        barWidth: Math.max(2, (PLOT_WIDTH * binWidth * 0.8) / limit),
        itemStyle: { color, opacity: 0.75 },
        label: {
          show: true,
          position: 'top',
          distance: 2,
          fontSize: 10,
          opacity: 1,
          color: tone('muted'),
          formatter: (bar) => formatShortCount(filled[bar.dataIndex]?.count ?? 0),
        },
      },
    ],
  };
}

/** The end of both axes: the next tenth above everything drawn, so that weak forecasts do not crowd in a corner. */
function axisLimit(bins: readonly ReliabilityBin[], drawn: readonly ReliabilityBin[]): number {
  const highest = Math.max(0.2, ...bins.map(({ high }) => high), ...drawn.map(({ observedShare }) => observedShare));
  return Math.min(1, Math.ceil(highest * 10 - 1e-9) / 10);
}
