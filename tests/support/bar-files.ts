/** One row of a file of bars: stamp, open, high, low, close, volume. */
export type BarLine = readonly [stamp: string, ...numbers: (number | string)[]];

const HOUR_MS = 3_600_000;
const FIRST_MS = Date.UTC(2023, 0, 2);

/** Hourly bars of a seeded random walk, without a gap. */
export function barLines(seed: number, bars: number): BarLine[] {
  const random = uniform(seed);
  let price = 100;
  return Array.from({ length: bars }, (_, i) => {
    const open = price;
    let high = open;
    let low = open;
    for (let step = 0; step < 6; step += 1) {
      price *= 1 + (random() + random() + random() - 1.5) * 0.004;
      high = Math.max(high, price);
      low = Math.min(low, price);
    }
    const prices = [open, high, low, price].map((value) => value.toFixed(4));
    return [stampOf(i), ...prices, Math.floor(100 + random() * 900)];
  });
}

/** The stamp (the bar's opening) of the i-th bar. */
export function stampOf(bar: number): string {
  return new Date(FIRST_MS + bar * HOUR_MS).toISOString();
}

export function csvOf(lines: readonly BarLine[], header = 'time,open,high,low,close,volume'): string {
  return `${[header, ...lines.map((line) => line.join(','))].join('\n')}\n`;
}

/** A file of bars as most tests need it. */
export function barFile(seed: number, bars = 1500): string {
  return csvOf(barLines(seed, bars));
}

/** Settings that make a run of 1500 bars quick: short horizons, few rounds, a small bootstrap. */
export const QUICK_RUN = `preset: quick
labels: { horizons: [{ bars: 8, upAtr: 1.5, downAtr: 1.5 }, { bars: 16, upAtr: 2, downAtr: 2 }] }
models: { lightgbm: { rounds: 10 } }
evaluation: { bootstrapSamples: 20 }
`;

/** Numbers in [0, 1), the same for the same seed. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
