import type { LineSeriesOption } from 'echarts';
import { formatNumber } from '../format';
import { tone } from '../palette';

/** A mean of fewer rows jumps about and says nothing. */
export const LEAST_BIN_ROWS = 20;

/** Where the points of perfect forecasts lie, from one value of both axes to another. */
export function perfectLine(low: number, high: number): LineSeriesOption {
  return {
    type: 'line',
    name: 'perfect',
    data: [
      [low, low],
      [high, high],
    ],
    showSymbol: false,
    silent: true,
    lineStyle: { color: tone('muted'), width: 1, type: [4, 4] },
  };
}

export const tenths = (value: number): string => formatNumber(value, 1);
