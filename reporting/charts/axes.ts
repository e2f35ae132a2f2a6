import { formatNumber } from '../format';
import { tone } from '../palette';

const AXIS_LINE = { lineStyle: { color: tone('rule') } };
const SPLIT_LINE = { lineStyle: { color: tone('rule'), width: 1, opacity: 0.7 } };
const NAME_STYLE = { color: tone('muted'), fontSize: 12 };
const LABEL_STYLE = { color: tone('muted'), fontSize: 11, hideOverlap: true };

/** The parts that every axis of the report shares; `nameGap` in pixels from the axis line. */
function axis(name: string, nameGap: number) {
  return {
    name,
    nameLocation: 'middle' as const,
    nameGap,
    nameTextStyle: NAME_STYLE,
    axisLine: { show: true, ...AXIS_LINE },
    axisTick: { show: false },
  };
}

/** A numeric axis whose numbers are written by `label`. */
export function valueAxis(name: string, nameGap: number, label: (value: number) => string) {
  return {
    ...axis(name, nameGap),
    type: 'value' as const,
    axisLabel: { ...LABEL_STYLE, formatter: label },
    splitLine: SPLIT_LINE,
  };
}

/** A time axis in UTC. */
export function timeAxis(name: string, nameGap: number) {
  return {
    ...axis(name, nameGap),
    type: 'time' as const,
    axisLabel: {
      ...LABEL_STYLE,
      formatter: { year: '{yyyy}', month: '{yyyy}-{MM}', day: '{MM}-{dd}', hour: '{HH}:{mm}' },
    },
    splitLine: { show: false },
    splitNumber: 5,
  };
}

/** An axis of names, first name on top where it stands upright. */
export function categoryAxis(name: string, nameGap: number, categories: readonly string[]) {
  return {
    ...axis(name, nameGap),
    type: 'category' as const,
    data: [...categories],
    axisLabel: LABEL_STYLE,
    splitLine: { show: false },
  };
}

/** The label of a loss: two decimals, or what tells neighbouring lines apart; a loss that ran away as a power of ten. */
export function lossTick(value: number): string {
  if (Math.abs(value) >= 1000) return value.toExponential(0).replace('+', '');
  const decimals = String(Number(value.toFixed(4))).split('.')[1]?.length ?? 0;
  return formatNumber(value, Math.max(2, decimals));
}

export function legend(names: readonly string[], top = 0) {
  return {
    data: [...names],
    top,
    left: 'center' as const,
    itemWidth: 18,
    itemHeight: 10,
    itemGap: 18,
    textStyle: { color: tone('ink'), fontSize: 12 },
  };
}
