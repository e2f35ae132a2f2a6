import type { EChartsOption, LineSeriesOption } from 'echarts';
import { DAY_MS } from '../../domain/core/durations';
import type { UniquenessOverTime } from '../../domain/core/labels';
import { formatNumber, plural } from '../format';
import { SERIES_TONES, tone } from '../palette';
import { legend, timeAxis, valueAxis } from './axes';

const DASHES = ['solid', 'dashed', 'dotted'] as const;

export interface UniquenessLine {
  readonly horizonBars: number;
  readonly uniqueness: UniquenessOverTime;
}

/** Average uniqueness of each horizon's labels over time, a point in the middle of each stretch, broken where none are. */
export function uniquenessOption(lines: readonly UniquenessLine[]): EChartsOption {
  const names = lines.map(({ horizonBars }) => plural(horizonBars, 'bar'));
  return {
    legend: { ...legend(names), itemWidth: 26, itemStyle: { opacity: 0 } },
    grid: { left: 58, right: 14, top: 30, bottom: 44 },
    xAxis: timeAxis('time of the bar (UTC)', 26),
    yAxis: { ...valueAxis('mean uniqueness', 42, (value) => formatNumber(value, 2)), min: 0, splitNumber: 4 },
    series: lines.map((line, index) => seriesOf(line, names[index] ?? '', index)),
  };
}

function seriesOf({ uniqueness }: UniquenessLine, name: string, index: number): LineSeriesOption {
  const { fromMs, days, means } = uniqueness;
  const color = tone(SERIES_TONES[index % SERIES_TONES.length] ?? 'series1');
  return {
    type: 'line',
    name,
    silent: true,
    symbol: 'none',
    connectNulls: false,
    data: means.map((mean, stretch) => [fromMs + (stretch + 0.5) * days * DAY_MS, mean ?? '-']),
    lineStyle: { color, width: 1.5, type: DASHES[index % DASHES.length] ?? 'solid' },
    itemStyle: { color },
  };
}
