import { CLASS_NAMES } from '../core/classes';
import type { ReliabilityBin, RegimeCalibration } from '../core/evaluation';
import { confidenceBins, reliabilityBins } from './reliability';
import type { TestRows } from './test-rows';

/** What was forecast in a regime beside what came true, over the classified rows of all paths together. */
export function regimeCalibration(parts: readonly TestRows[], bins: number): RegimeCalibration {
  const shares = CLASS_NAMES.map((_, c) => totalOf(parts.flatMap((part) => reliabilityBins(part, c, bins))));
  const [down, timeout, up] = shares;
  const none = { meanForecast: 0, observedShare: 0 };
  return {
    confidence: joined(parts.flatMap((part) => confidenceBins(part, bins))),
    classes: { down: down ?? none, timeout: timeout ?? none, up: up ?? none },
  };
}

/** Mean forecast and observed share over all bins. */
function totalOf(bins: readonly ReliabilityBin[]): Pick<ReliabilityBin, 'meanForecast' | 'observedShare'> {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  const mean = (of: (bin: ReliabilityBin) => number): number =>
    bins.reduce((sum, bin) => sum + of(bin) * bin.count, 0) / Math.max(1, count);
  return { meanForecast: mean((bin) => bin.meanForecast), observedShare: mean((bin) => bin.observedShare) };
}

/** Bins of several paths, those of the same edges as one, ascending. */
function joined(bins: readonly ReliabilityBin[]): readonly ReliabilityBin[] {
  const edges = [...new Set(bins.map(({ low }) => low))].sort((a, b) => a - b);
  return edges.flatMap((edge) => {
    const same = bins.filter(({ low }) => low === edge);
    const count = same.reduce((sum, bin) => sum + bin.count, 0);
    return same[0] === undefined ? [] : [{ low: edge, high: same[0].high, count, ...totalOf(same) }];
  });
}
