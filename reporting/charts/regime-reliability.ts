import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { ReliabilityBin } from '../../domain/core/evaluation';
import { SERIES_TONES, tone } from '../palette';
import { legend, valueAxis } from './axes';
import { LEAST_BIN_ROWS, perfectLine, tenths } from './reliability-parts';

/** The bins of one regime under its name. */
export interface RegimeCurve {
  readonly label: string;
  readonly bins: readonly ReliabilityBin[];
}

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin'];

/**
 * One reliability curve for each regime: mean probability of the class held most probable against the share that came true,
 * with the diagonal of perfect forecasts. Told apart by colour and by mark; bins of fewer than 20 rows are left out.
 */
export function regimeReliabilityOption(curves: readonly RegimeCurve[]): EChartsOption {
  const drawn = curves.map(({ label, bins }) => ({ label, bins: bins.filter(({ count }) => count >= LEAST_BIN_ROWS) }));
  const places = drawn.flatMap(({ bins }) =>
    bins.flatMap(({ meanForecast, observedShare }) => [meanForecast, observedShare]),
  );
  const low = Math.floor(10 * Math.min(0.3, ...places)) / 10;
  const high = Math.ceil(10 * Math.max(0.5, ...places)) / 10;
  return {
    legend: legend(drawn.map(({ label }) => label)),
    grid: { left: 56, right: 16, top: 56, bottom: 44 },
    xAxis: { ...valueAxis('forecast probability of the class held most probable', 28, tenths), min: low, max: high },
    yAxis: { ...valueAxis('share that came true', 40, tenths), min: low, max: high },
    series: [perfectLine(low, high), ...drawn.map((curve, index) => curveSeries(curve, index))],
  };
}

function curveSeries({ label, bins }: RegimeCurve, index: number): LineSeriesOption {
  const color = tone(SERIES_TONES[index % SERIES_TONES.length] ?? 'series1');
  return {
    type: 'line',
    name: label,
    data: bins.map((bin) => [bin.meanForecast, bin.observedShare]),
    silent: true,
    symbol: SYMBOLS[index % SYMBOLS.length] ?? 'circle',
    symbolSize: 7,
    lineStyle: { color, width: 1.5 },
    itemStyle: { color },
  };
}
