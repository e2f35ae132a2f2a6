import type { BarColumns } from '../../../domain/core/bars';
import { concatBars, concatFloat64 } from '../../../domain/core/bars';
import { createGenerator } from '../../../domain/generate/generator';
import type { PlantedTruth } from '../../../domain/generate/generator';
import type { GeneratorSettings } from '../../../domain/generate/settings';

export const SETTINGS: GeneratorSettings = {
  symbolCount: 5,
  bars: 2_000,
  timeframeMinutes: 60,
  seed: 11,
  signalStrength: 0.08,
  delistOne: false,
};

export function generate(settings: GeneratorSettings, symbolIndex: number, chunkRows?: number): BarColumns {
  return concatBars([...createGenerator(settings, symbolIndex, chunkRows).chunks()]);
}

export function generateWithTruth(
  settings: GeneratorSettings,
  symbolIndex: number,
): { readonly bars: BarColumns; readonly truth: PlantedTruth } {
  const chunks = [...createGenerator(settings, symbolIndex).chunksWithTruth()];
  return {
    bars: concatBars(chunks.map(({ bars }) => bars)),
    truth: {
      plantedSignal: concatFloat64(chunks.map(({ truth }) => truth.plantedSignal)),
      volatility: concatFloat64(chunks.map(({ truth }) => truth.volatility)),
    },
  };
}

/** Log returns from close to close; element i belongs to bar i + 1. */
export function logReturns(bars: BarColumns): Float64Array {
  return bars.close.slice(1).map((close, i) => Math.log(close / bars.close[i]!));
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function correlation(x: Float64Array, y: Float64Array): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i += 1) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

export function autocorrelation(values: Float64Array, lag: number): number {
  return correlation(values.slice(lag), values.slice(0, values.length - lag));
}
