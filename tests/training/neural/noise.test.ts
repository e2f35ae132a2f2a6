import { fillNoise } from '../../../training/neural/noise';

const noise = (seed: number, step: number, rows: readonly number[], units: number): Float32Array => {
  const out = new Float32Array(rows.length * units);
  fillNoise(seed, step, Int32Array.from(rows), units, out);
  return out;
};

describe('noise for dropout', () => {
  it('is uniform in [0, 1): mean, variance, tenths, neighbours', () => {
    const rows = Array.from({ length: 200 }, (_, i) => 1000 + i);
    const values = noise(7, 3, rows, 500);
    const mean = average(values);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(average(values.map((v) => (v - mean) ** 2))).toBeCloseTo(1 / 12, 3);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = average(values.map((v) => (Math.floor(v * 10) === tenth ? 1 : 0)));
      expect(Math.abs(share - 0.1)).toBeLessThan(0.005);
    }
    for (const lag of [1, 2, 500]) {
      const products = values.slice(lag).map((v, i) => (v - mean) * ((values[i] ?? 0) - mean) * 12);
      expect(Math.abs(average(products))).toBeLessThan(0.015);
    }
    expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
  });

  it('belongs to the sample, not to its place', () => {
    const all = noise(7, 3, [4, 9, 12, 30], 8);
    expect(noise(7, 3, [30, 12], 8)).toEqual(Float32Array.from([...all.slice(24, 32), ...all.slice(16, 24)]));
  });

  it('differs by seed, step, sample and unit', () => {
    const base = noise(7, 3, [4], 8);
    for (const other of [noise(8, 3, [4], 8), noise(7, 4, [4], 8), noise(7, 3, [5], 8)]) {
      expect(other.filter((v, i) => v === base[i])).toHaveLength(0);
    }
    expect(new Set(base).size).toBe(8);
  });
});

function average(values: Float32Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
