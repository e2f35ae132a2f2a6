import fc from 'fast-check';
import type { BarColumns } from '../../domain/core/bars';
import { randomFromSeed } from '../../domain/core/random';

export interface RandomBarsOptions {
  readonly seed: number;
  readonly rows: number;
  readonly timeframeMs: number;
  /** Close instant of the first bar. */
  readonly startMs: number;
  /** Share of bars before which one to forty bars are missing. */
  readonly gapShare: number;
  /** Share of bars that repeat the close before them without range and without volume. */
  readonly flatShare: number;
  /** Share of bars that jump by about a quarter. */
  readonly spikeShare: number;
}

/** Bars as a market makes them: positive range, volume, no gaps, one hour apart. */
export const ORDINARY: RandomBarsOptions = {
  seed: 1,
  rows: 400,
  timeframeMs: 3_600_000,
  startMs: Date.UTC(2024, 0, 1, 9),
  gapShare: 0,
  flatShare: 0,
  spikeShare: 0,
};

/** Draws any series: gaps, flat stretches, spikes, an odd start. Long enough for every warm-up at a multiple of 4. */
export const anyBarsOptions: fc.Arbitrary<RandomBarsOptions> = fc.record({
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  rows: fc.integer({ min: 110, max: 320 }),
  timeframeMs: fc.constantFrom(60_000, 300_000, 3_600_000, 86_400_000),
  startMs: fc.integer({ min: -1_000_000_000, max: 2_000_000_000 }).map((seconds) => seconds * 1000),
  gapShare: fc.constantFrom(0, 0.02, 0.2),
  flatShare: fc.constantFrom(0, 0.05, 0.9),
  spikeShare: fc.constantFrom(0, 0.01),
});

/** A random series with the wanted oddities; the same options give the same bars. */
export function randomBars(options: RandomBarsOptions): BarColumns {
  const { rows } = options;
  const random = randomFromSeed(options.seed);
  const bars = emptyBars(rows);
  let time = options.startMs;
  let close = 100;
  for (let row = 0; row < rows; row += 1) {
    const missing = random.uniform() < options.gapShare ? 1 + random.integer(40) : 0;
    if (row > 0) time += options.timeframeMs * (1 + missing);
    const flat = random.uniform() < options.flatShare;
    const spike = random.uniform() < options.spikeShare ? 0.25 * random.normal() : 0;
    const open = close;
    if (!flat) close *= Math.exp(0.002 * random.normal() + spike);
    const wick = flat ? 0 : close * 0.001;
    bars.time[row] = time;
    bars.open[row] = open;
    bars.high[row] = Math.max(open, close) + wick * random.uniform();
    bars.low[row] = Math.min(open, close) - wick * random.uniform();
    bars.close[row] = close;
    bars.volume[row] = flat ? 0 : 1 + random.integer(5000);
  }
  return bars;
}

export function emptyBars(rows: number): BarColumns {
  const column = (): Float64Array => new Float64Array(rows);
  return { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}
