import type { CustomSeriesOption, EChartsOption } from 'echarts';
import { FOLD_PARTS, type FoldPart } from '../../domain/core/folds';
import type { FoldRecord } from '../../shared/contracts/run-record';
import { tone } from '../palette';
import { categoryAxis, legend, timeAxis } from './axes';

const ROW_HEIGHT = 22;
const LONGEST_CHART = 640;

export function foldChartHeight(folds: number): number {
  return Math.min(LONGEST_CHART, 92 + ROW_HEIGHT * Math.max(2, folds));
}

/** When each fold trains, stops, chooses and tests: one row for each fold, first fold on top. */
export function foldsOption(folds: readonly FoldRecord[]): EChartsOption {
  return {
    color: FOLD_PARTS.map((part) => tone(part)),
    legend: legend(FOLD_PARTS),
    grid: { left: 76, right: 18, top: 32, bottom: 46 },
    xAxis: timeAxis('time (UTC)', 28),
    yAxis: {
      ...categoryAxis(
        '',
        0,
        folds.map((fold) => fold.id),
      ),
      inverse: true,
    },
    series: FOLD_PARTS.map((part) => partSeries(part, folds)),
  };
}

function partSeries(part: FoldPart, folds: readonly FoldRecord[]): CustomSeriesOption {
  const color = tone(part);
  return {
    type: 'custom',
    name: part,
    silent: true,
    encode: { x: [1, 2], y: 0 },
    data: folds.flatMap((fold, index) => spansOf(fold, part).map((span) => [index, ...span])),
    renderItem: (_, api) => {
      const start = api.coord([api.value(1), api.value(0)]);
      const end = api.coord([api.value(2), api.value(0)]);
      const rowHeight = sizeOf(api.size?.([0, 1]));
      const height = Math.min(14, rowHeight * 0.7);
      return {
        type: 'rect',
        shape: {
          x: start[0] ?? 0,
          y: (start[1] ?? 0) - height / 2,
          width: Math.max(1, (end[0] ?? 0) - (start[0] ?? 0)),
          height,
        },
        style: { fill: color },
      };
    },
  };
}

/** Every stretch of a part: groups of CPCV lie apart. */
function spansOf(fold: FoldRecord, part: FoldPart): readonly (readonly [fromMs: number, toMs: number])[] {
  return fold.spans?.[part] ?? [fold.boundaries[part]];
}

function sizeOf(size: number | readonly number[] | undefined): number {
  return typeof size === 'number' ? size : (size?.[1] ?? ROW_HEIGHT);
}
