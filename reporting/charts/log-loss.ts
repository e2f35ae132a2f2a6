import type { CustomSeriesOption, EChartsOption } from 'echarts';
import { formatNumber } from '../format';
import { tone } from '../palette';
import { categoryAxis, lossTick, valueAxis } from './axes';

/** One model's log loss with its 95 % interval, where there is one. */
export interface LossRow {
  readonly label: string;
  readonly isNet: boolean;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

const ROW_HEIGHT = 20;
const PLOT = { left: 100, right: 60, top: 8, bottom: 44 };

export function lossChartHeight(rows: number): number {
  return PLOT.top + PLOT.bottom + ROW_HEIGHT * Math.max(3, rows);
}

/**
 * Log losses on their intervals, first row on top: nets as points, simple models as squares. The dashed line stands at the
 * loss that a net has to beat.
 */
export function lossOption(rows: readonly LossRow[], rivalLoss: number | null): EChartsOption {
  return {
    grid: PLOT,
    xAxis: {
      ...valueAxis('log loss with its 95 % interval', 28, lossTick),
      scale: true,
      splitNumber: 4,
    },
    yAxis: {
      ...categoryAxis(
        '',
        0,
        rows.map((row) => row.label),
      ),
      inverse: true,
      axisLabel: { color: tone('ink'), fontSize: 11, interval: 0 },
    },
    series: [...(rivalLoss === null ? [] : [rivalSeries(rivalLoss, rows.length)]), rowSeries(rows)],
  };
}

function rivalSeries(loss: number, rows: number): CustomSeriesOption {
  return {
    type: 'custom',
    name: 'the loss to beat',
    silent: true,
    encode: { x: 0, y: 1 },
    data: [[loss, 0]],
    renderItem: (_, api) => {
      const [x = 0, firstRow = 0] = api.coord([loss, 0]);
      const [, lastRow = 0] = api.coord([loss, rows - 1]);
      return {
        type: 'line',
        shape: { x1: x, x2: x, y1: firstRow - ROW_HEIGHT / 2, y2: lastRow + ROW_HEIGHT / 2 },
        style: { stroke: tone('muted'), lineWidth: 1, lineDash: [4, 4] },
      };
    },
  };
}

function rowSeries(rows: readonly LossRow[]): CustomSeriesOption {
  return {
    type: 'custom',
    name: 'log loss',
    silent: true,
    encode: { x: [0, 2, 3], y: 1 },
    data: rows.map((row, index) => [row.value, index, row.low ?? row.value, row.high ?? row.value]),
    renderItem: (params, api) => {
      const row = rows[params.dataIndex];
      if (row === undefined) return null;
      const [x = 0, y = 0] = api.coord([row.value, params.dataIndex]);
      const [low = x] = api.coord([row.low ?? row.value, params.dataIndex]);
      const [high = x] = api.coord([row.high ?? row.value, params.dataIndex]);
      const color = tone(row.isNet ? 'series1' : 'series2');
      const mark = row.isNet
        ? { type: 'circle' as const, shape: { cx: x, cy: y, r: 4 }, style: { fill: color } }
        : { type: 'rect' as const, shape: { x: x - 3.5, y: y - 3.5, width: 7, height: 7 }, style: { fill: color } };
      return {
        type: 'group',
        children: [
          {
            type: 'line',
            shape: { x1: low, x2: high, y1: y, y2: y },
            style: { stroke: color, lineWidth: 2, opacity: 0.55 },
          },
          mark,
          {
            type: 'text',
            x: api.getWidth() - 4,
            y,
            style: {
              text: formatNumber(row.value, 4),
              fill: tone('muted'),
              fontSize: 10,
              align: 'right',
              verticalAlign: 'middle',
            },
          },
        ],
      };
    },
  };
}
