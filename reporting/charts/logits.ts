import type { EChartsOption } from 'echarts';
import { formatNumber } from '../format';
import { tone } from '../palette';
import { categoryAxis, valueAxis } from './axes';

/** Bars of the picture; an even number, so that 0 stands between two of them. */
const BINS = 20;

export interface LogitBin {
  readonly low: number;
  readonly high: number;
  /** Of all combinations, in [0, 1]. */
  readonly share: number;
}

/**
 * Logits of the combinations of CSCV in bins of one width, as many on either side of 0. A bin holds its lower edge; the
 * last one its upper edge too. Empty without a combination.
 */
export function logitBins(logits: readonly (readonly [logit: number, count: number])[]): readonly LogitBin[] {
  const total = logits.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [];
  // A range of its own where every logit is 0.
  const reach = Math.max(...logits.map(([logit]) => Math.abs(logit))) || 1;
  const width = (2 * reach) / BINS;
  const binOf = (logit: number): number => Math.min(BINS - 1, BINS / 2 + Math.floor(logit / width));
  return Array.from({ length: BINS }, (_, index) => ({
    low: (index - BINS / 2) * width,
    high: (index + 1 - BINS / 2) * width,
    share: logits.reduce((sum, [logit, count]) => sum + (binOf(logit) === index ? count : 0), 0) / total,
  }));
}

/** How the best configuration in sample ranks out of sample, over all combinations: what lies below 0 is overfitted. */
export function logitsOption(bins: readonly LogitBin[]): EChartsOption {
  return {
    grid: { left: 58, right: 14, top: 12, bottom: 46 },
    xAxis: categoryAxis(
      'logit of the rank out of sample; below 0 is below the median',
      28,
      bins.map(({ low, high }) => formatNumber((low + high) / 2, 1)),
    ),
    yAxis: valueAxis('combinations %', 40, (value) => formatNumber(value, 0)),
    series: [
      {
        type: 'bar',
        name: 'combinations',
        silent: true,
        barCategoryGap: '12%',
        data: bins.map(({ share, high }) => ({
          value: share * 100,
          itemStyle: { color: tone(high <= 0 ? 'bad' : 'series1') },
        })),
      },
    ],
  };
}
