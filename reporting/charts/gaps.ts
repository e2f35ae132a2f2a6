import type { CustomSeriesOption, EChartsOption } from 'echarts';
import { HOUR_MS } from '../../domain/core/durations';
import type { Gap, LedgerAction } from '../../domain/core/ledger';
import { formatNumber } from '../format';
import { tone, type ToneName } from '../palette';
import { categoryAxis, timeAxis, valueAxis } from './axes';

const STEMS_HEIGHT = 110;
const ROW_HEIGHT = 18;
/** Room for the names of decisions, or of the bars alone. */
const LEFT = 150;
const SHORT_LEFT = 66;
const RIGHT = 14;

/** With more, marks as wide as a few have would hide the bars between them. */
const MANY_GAPS = 60;

/** One row beneath the bars: when cleaning took one kind of decision. */
export interface DecisionRow {
  readonly name: string;
  readonly action: LedgerAction;
  /** Starts of the stretches in which it was taken. */
  readonly times: readonly number[];
}

export interface GapPicture {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly gaps: readonly Gap[];
  readonly decisions: readonly DecisionRow[];
}

const ACTION_TONES: Readonly<Record<LedgerAction, ToneName>> = {
  dropped: 'bad',
  repaired: 'caution',
  sorted: 'caution',
  kept: 'muted',
};

export function gapChartHeight(decisions: number): number {
  return 12 + STEMS_HEIGHT + 12 + ROW_HEIGHT * (1 + decisions) + 48;
}

/**
 * A strip of the series with its gaps cut out to scale, above it a stem for each gap as high as it is long (logarithmic),
 * beneath it a row for each kind of decision with a mark wherever it was taken.
 */
export function gapsOption({ firstMs, lastMs, gaps, decisions }: GapPicture): EChartsOption {
  const span = { min: firstMs, max: lastMs };
  const left = decisions.length === 0 ? SHORT_LEFT : LEFT;
  const rows = ['bars', ...decisions.map(({ name }) => name)];
  return {
    grid: [
      { left, right: RIGHT, top: 12, height: STEMS_HEIGHT },
      { left, right: RIGHT, top: 24 + STEMS_HEIGHT, height: ROW_HEIGHT * rows.length },
    ],
    xAxis: [
      { ...timeAxis('', 0), ...span, gridIndex: 0, axisLabel: { show: false } },
      { ...timeAxis('time (UTC)', 28), ...span, gridIndex: 1 },
    ],
    yAxis: [
      { ...valueAxis('length', 40, lengthTick), ...lengthScale(gaps), gridIndex: 0 },
      { ...categoryAxis('', 0, rows), inverse: true, gridIndex: 1, axisLine: { show: false } },
    ],
    series: [
      stems(gaps),
      blocks('bars', 'train', [[0, firstMs, lastMs]], 0.62),
      blocks(
        'gaps',
        'bad',
        gaps.map(({ fromMs, toMs }) => [0, fromMs, toMs]),
        0.9,
      ),
      ...decisions.map(({ name, action, times }, index) =>
        blocks(
          name,
          ACTION_TONES[action],
          times.map((time) => [index + 1, time, time]),
          0.7,
        ),
      ),
    ],
  };
}

const hoursOf = ({ fromMs, toMs }: Gap): number => (toMs - fromMs) / HOUR_MS;

/** Powers of ten of an hour around all lengths. */
function lengthScale(gaps: readonly Gap[]): { type: 'log'; logBase: 10; min: number; max: number } {
  const hours = gaps.map(hoursOf);
  const low = Math.floor(Math.log10(Math.min(1, ...hours)));
  const high = Math.ceil(Math.log10(Math.max(24, ...hours)));
  return { type: 'log', logBase: 10, min: 10 ** low, max: 10 ** high };
}

function lengthTick(hours: number): string {
  if (hours >= 1) return `${formatNumber(hours, 0)} h`;
  return `${formatNumber(hours * 60, hours < 0.1 ? 1 : 0)} min`;
}

function stems(gaps: readonly Gap[]): CustomSeriesOption {
  const { min } = lengthScale(gaps);
  const width = gaps.length > MANY_GAPS ? 0.75 : 1.5;
  return {
    type: 'custom',
    name: 'length of gaps',
    silent: true,
    xAxisIndex: 0,
    yAxisIndex: 0,
    encode: { x: 0, y: 1 },
    data: gaps.map((gap) => [gap.fromMs, hoursOf(gap)]),
    renderItem: (_, api) => {
      const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
      const [, bottom = 0] = api.coord([api.value(0), min]);
      return { type: 'rect', shape: { x: x - width / 2, y, width, height: bottom - y }, style: { fill: tone('bad') } };
    },
  };
}

/** Blocks of one row each, from one instant to another; wide enough to be seen, where there are many only just. */
function blocks(
  name: string,
  toneName: ToneName,
  data: readonly (readonly [row: number, fromMs: number, toMs: number])[],
  share: number,
): CustomSeriesOption {
  const leastWidth = data.length > MANY_GAPS ? 0.4 : 1;
  return {
    type: 'custom',
    name,
    silent: true,
    xAxisIndex: 1,
    yAxisIndex: 1,
    encode: { x: [1, 2], y: 0 },
    data: data.map((block) => [...block]),
    renderItem: (_, api) => {
      const [from = 0, middle = 0] = api.coord([api.value(1), api.value(0)]);
      const [to = 0] = api.coord([api.value(2), api.value(0)]);
      const height = ROW_HEIGHT * share;
      return {
        type: 'rect',
        shape: { x: from, y: middle - height / 2, width: Math.max(leastWidth, to - from), height },
        style: { fill: tone(toneName) },
      };
    },
  };
}
