import type { EChartsOption, LineSeriesOption, YAXisComponentOption } from 'echarts';
import type { EquityPoint } from '../../domain/core/evaluation';
import { formatNumber } from '../format';
import { SERIES_TONES, tone, type ToneName } from '../palette';
import { legend, timeAxis, valueAxis } from './axes';

export interface EquityCurve {
  readonly label: string;
  readonly points: readonly EquityPoint[];
  /** The baseline's line is grey in every picture. */
  readonly isBaseline: boolean;
}

/** More lines than this would cross each other beyond reading. */
export const MAX_CURVES = 6;
/** Highest over lowest capital from which the axis is logarithmic. */
const LOG_AXIS_FROM = 4;
/** Whoever has less has lost all but this: such a line leaves the picture, so that the others keep their room. */
const LEAST_DRAWN = 1 / 16;
/** With more the legend takes two lines. */
const ONE_LINE_CURVES = 4;

const DASHES = ['solid', [6, 3], [2, 3], [8, 3, 2, 3], [12, 3], [4, 2, 1, 2]] as const;

/**
 * Capital of each model over the test period, the best as the first and strongest line, and beneath it the best model's
 * drawdown in percent. `fan` are the backtest paths of the best model, pale lines behind all others.
 */
export function equityOption(
  best: EquityCurve,
  others: readonly EquityCurve[],
  fan: readonly (readonly EquityPoint[])[] = [],
): EChartsOption {
  const curves = [best, ...others];
  const legendHeight = curves.length > ONE_LINE_CURVES ? 48 : 30;
  return {
    legend: { ...legend(curves.map((curve) => curve.label)), itemWidth: 26, itemGap: 12, itemStyle: { opacity: 0 } },
    grid: [
      { left: 58, right: 14, top: legendHeight, height: 182 - legendHeight },
      { left: 58, right: 14, top: 202, height: 72 },
    ],
    xAxis: [
      { ...timeAxis('', 0), gridIndex: 0, axisLabel: { show: false } },
      { ...timeAxis('test period (UTC)', 26), gridIndex: 1 },
    ],
    yAxis: [
      { ...capitalAxis([...curves.map(({ points }) => points), ...fan]), gridIndex: 0 },
      { ...valueAxis('drawdown %', 44, (value) => formatNumber(value, 0)), gridIndex: 1, max: 0, splitNumber: 2 },
    ],
    series: [
      ...curves.map((curve, index) => capitalSeries(curve, index, toneOf(curves, index))),
      drawdownSeries(best),
      ...fan.map((points) => pathSeries(points, toneOf(curves, 0))),
    ],
  };
}

/** Logarithmic, by powers of two, where capital changes so much that its small values would lie on the axis. */
function capitalAxis(curves: readonly (readonly EquityPoint[])[]): YAXisComponentOption {
  const values = curves.flatMap((points) => points.map(({ equity }) => equity));
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
  if (low <= 0 || high < LOG_AXIS_FROM * low) {
    return { ...valueAxis('capital', 44, (value) => formatNumber(value, 2)), scale: true, splitNumber: 4 };
  }
  const least = Math.max(low, LEAST_DRAWN);
  return {
    ...valueAxis('capital', 44, halvedTick),
    type: 'log',
    logBase: 2,
    min: 2 ** Math.floor(Math.log2(least)),
    max: 2 ** Math.ceil(Math.log2(high)),
  };
}

/** Powers of two as they are: 0.125 and not 0.13. */
function halvedTick(value: number): string {
  return String(Number(value.toFixed(4)));
}

function capitalSeries(curve: EquityCurve, index: number, toneName: ToneName): LineSeriesOption {
  const color = tone(toneName);
  return {
    ...plainLine(curve.label),
    data: curve.points.map((point) => [point.time, point.equity]),
    lineStyle: { color, width: index === 0 ? 2 : 1.25, type: dashAt(index) },
    itemStyle: { color },
    z: index === 0 ? 4 : 3,
  };
}

function pathSeries(points: readonly EquityPoint[], toneName: ToneName): LineSeriesOption {
  const color = tone(toneName);
  return {
    ...plainLine('path'),
    data: points.map((point) => [point.time, point.equity]),
    lineStyle: { color, width: 0.75, opacity: 0.35 },
    itemStyle: { color },
    z: 2,
  };
}

function drawdownSeries(curve: EquityCurve): LineSeriesOption {
  const color = tone('bad');
  return {
    ...plainLine('drawdown'),
    xAxisIndex: 1,
    yAxisIndex: 1,
    data: curve.points.map((point) => [point.time, point.drawdown === 0 ? 0 : -point.drawdown * 100]),
    lineStyle: { color, width: 1 },
    areaStyle: { color, opacity: 0.2 },
    itemStyle: { color },
  };
}

function plainLine(name: string): LineSeriesOption {
  return { type: 'line', name, symbol: 'none', silent: true, emphasis: { disabled: true } };
}

/** The baseline takes no colour from the others. */
function toneOf(curves: readonly EquityCurve[], index: number): ToneName {
  if (curves[index]?.isBaseline === true) return 'series3';
  const colored = curves.slice(0, index).filter((curve) => !curve.isBaseline).length;
  return SERIES_TONES[colored % SERIES_TONES.length] ?? 'series1';
}

function dashAt(index: number): 'solid' | number[] {
  const dash = DASHES[index % DASHES.length] ?? 'solid';
  return dash === 'solid' ? dash : [...dash];
}
