import fc from 'fast-check';
import type { BarColumns } from '../../domain/core/bars';
import { randomFromSeed } from '../../domain/core/random';
import type { FeatureContext } from '../../domain/features/declaration';

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

/** Every declared feature is there; no warm-up is longer than 200 bars. */
export const ORDINARY_CONTEXT: FeatureContext = {
  timeframeMs: ORDINARY.timeframeMs,
  higherTimeframeMultiple: 4,
  higherTimeframeMultiple2: 24,
  fracDiff: { order: 0.4, width: 100, referencePrice: 100 },
  cross: [],
};

/** Draws what features may be told of a series beside its bars, but for the timeframe. */
export const anyContext: fc.Arbitrary<Omit<FeatureContext, 'timeframeMs'>> = fc
  .record({
    higherTimeframeMultiple: fc.integer({ min: 2, max: 12 }),
    slower: fc.integer({ min: 1, max: 30 }),
    order: fc.constantFrom(0, 0.05, 0.4, 1),
    width: fc.integer({ min: 2, max: 120 }),
  })
  .map(({ higherTimeframeMultiple, slower, order, width }) => ({
    higherTimeframeMultiple,
    higherTimeframeMultiple2: higherTimeframeMultiple + slower,
    fracDiff: { order, width, referencePrice: 87.31 },
    cross: [],
  }));

/** Draws any series: gaps, flat stretches, spikes, an odd start. Longer than every warm-up of `ORDINARY_CONTEXT`. */
export const anyBarsOptions: fc.Arbitrary<RandomBarsOptions> = fc.record({
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  rows: fc.integer({ min: 210, max: 360 }),
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
    const open = flat ? close : close * Math.exp(0.0004 * random.normal());
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
