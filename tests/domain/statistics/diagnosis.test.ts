import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomFromSeed } from '../../../domain/core/random';
import { supFBreak } from '../../../domain/statistics/breaks';
import { createFeatureDiagnoser, diagnoseTarget } from '../../../domain/statistics/diagnose';
import { explosiveTest } from '../../../domain/statistics/explosive';
import { adjustedPValues } from '../../../domain/statistics/false-discovery';
import { memoryLags } from '../../../domain/statistics/memory-lags';

interface Oracle {
  readonly discovery: readonly { readonly p: readonly number[]; readonly adjusted: readonly number[] }[];
  readonly explosive: readonly {
    readonly name: string;
    readonly series: readonly number[];
    readonly forward: number;
    readonly supremum: number;
    readonly from: number;
    readonly to: number;
  }[];
  readonly memory: readonly {
    readonly series: readonly number[];
    readonly at: number;
    readonly lags: number;
    readonly supF: number;
  }[];
}

const ORACLE = JSON.parse(readFileSync(join(__dirname, '../../fixtures/diagnosis.json'), 'utf8')) as Oracle;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2020, 0, 6);

/** Autoregressive values about 0, whose mean moves by `shift` of their standard deviations at `at`. */
function autoregressive(seed: number, count: number, memory: number, shift = 0, at = count / 2): Float64Array {
  const random = randomFromSeed(seed);
  const spread = 1 / Math.sqrt(1 - memory * memory);
  let value = spread * random.normal();
  return Float64Array.from({ length: count }, (_, i) => {
    value = memory * value + random.normal();
    return value + (i >= at ? shift * spread : 0);
  });
}

function walk(seed: number, count: number): Float64Array {
  const random = randomFromSeed(seed);
  let value = 0;
  return Float64Array.from({ length: count }, () => (value += random.normal()));
}

const hours = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => START_MS + i * HOUR_MS);

function diagnosed(values: Float64Array, pieces: readonly number[] = [values.length]) {
  const diagnoser = createFeatureDiagnoser();
  const time = hours(values.length);
  let from = 0;
  for (const piece of pieces) {
    diagnoser.push(time.subarray(from, from + piece), values.subarray(from, from + piece));
    from += piece;
  }
  return diagnoser.end();
}

describe('what statsmodels and NumPy find', () => {
  it.each(ORACLE.discovery.map((one) => [one.p.length, one] as const))(
    'in %d tests beside one another',
    (_, { p, adjusted }) => {
      const found = adjustedPValues([...p, null]);
      expect(found.at(-1)).toBeNull();
      for (const [i, expected] of adjusted.entries()) expect(found[i]).toBeCloseTo(expected, 12);
    },
  );

  it.each(ORACLE.explosive.map((one) => [one.name, one] as const))('in every window of %s', (_, oracle) => {
    const found = explosiveTest(Float64Array.from(oracle.series));
    expect(found).toMatchObject({ from: oracle.from, to: oracle.to });
    expect(found?.forward).toBeCloseTo(oracle.forward, 6);
    expect(found?.supremum).toBeCloseTo(oracle.supremum, 6);
  });

  it.each(ORACLE.memory.map((one) => [one.lags, one] as const))('in a series that asks for %d lags', (_, oracle) => {
    const series = Float64Array.from(oracle.series);
    expect(memoryLags(series, oracle.at)).toBe(oracle.lags);
    const found = supFBreak(series, { lags: 'byMemory' });
    expect(found?.at).toBe(oracle.at);
    expect(found?.statistic).toBeCloseTo(oracle.supF, 8);
  });
});

describe('a break of the mean with lags by memory', () => {
  const found = (lags: 'byMemory' | undefined, memory: number, shift: number): number =>
    Array.from({ length: 100 }, (_, seed) =>
      supFBreak(autoregressive(500 + seed, 750, memory, shift), lags === undefined ? {} : { lags }),
    ).filter((test) => (test?.pValue ?? 1) < 0.05).length;

  it('is not seen in a long memory, where the usual lags see one nearly every second time', () => {
    expect(found('byMemory', 0.9, 0)).toBeLessThanOrEqual(12);
    expect(found(undefined, 0.9, 0)).toBeGreaterThan(30);
  });

  it('is seen where there is one', () => {
    expect(found('byMemory', 0.6, 1)).toBeGreaterThan(95);
    expect(found('byMemory', 0.9, 1.5)).toBeGreaterThan(80);
  });
});

describe('the diagnosis of a feature', () => {
  it('is the same however the rows come in', () => {
    const values = autoregressive(3, 2_000, 0.8);
    values.fill(NaN, 0, 30);
    values[700] = NaN;
    const whole = diagnosed(values);
    expect(whole).toMatchObject({ rows: 1_969, untested: null });
    for (const pieces of [
      [1, 1_999],
      [700, 1, 1_299],
      [23, 500, 900, 577],
    ])
      expect(diagnosed(values, pieces)).toEqual(whole);
  });

  it('tests the newest 20 000 rows for a unit root, and all days for a break', () => {
    const values = autoregressive(4, 30_000, 0.5, 1, 5_000);
    const found = diagnosed(values, [9_000, 21_000]);
    expect(found.rows).toBe(20_000);
    expect(found.meanBreak?.pValue).toBeLessThan(1e-4);
    expect(Math.abs((found.meanBreak?.atMs ?? NaN) - (START_MS + 5_000 * HOUR_MS))).toBeLessThan(20 * 24 * HOUR_MS);
    expect(found.meanBreak?.size).toBeGreaterThan(0.5);
  });

  it('among many calls few random walks stationary, and few breaks where none is', () => {
    const walks = Array.from({ length: 40 }, (_, seed) => diagnosed(walk(900 + seed, 1_500)).unitRoot?.pValue ?? null);
    const calls = (pValues: readonly (number | null)[]): number =>
      adjustedPValues(pValues).filter((p) => p !== null && p <= 0.05).length;
    expect(calls(walks)).toBeLessThanOrEqual(1);
    const steady = Array.from({ length: 40 }, (_, seed) => diagnosed(autoregressive(seed, 3_600, 0.95)));
    expect(calls(steady.map(({ unitRoot }) => unitRoot?.pValue ?? null))).toBe(40);
    expect(calls(steady.map(({ meanBreak }) => meanBreak?.pValue ?? null))).toBeLessThanOrEqual(2);
  });

  it('says why there is none', () => {
    expect(diagnosed(autoregressive(1, 99, 0.5)).untested).toBe('short');
    expect(diagnosed(new Float64Array(500).fill(2.5)).untested).toBe('constant');
    expect(diagnosed(new Float64Array(500).fill(NaN))).toMatchObject({ rows: 0, untested: 'short' });
  });
});

describe('the diagnosis of a target', () => {
  it('finds where its mean moves, and where its variance does', () => {
    const moved = autoregressive(7, 600, 0, 0.8, 200);
    const found = diagnoseTarget(hours(600), moved);
    expect(found.meanBreak?.pValue).toBeLessThan(1e-6);
    expect(found.meanBreak?.size).toBeGreaterThan(0.5);
    const wilder = autoregressive(8, 600, 0).map((value, i) => (i < 300 ? value : 2 * value) + 5);
    const scaled = diagnoseTarget(hours(600), wilder);
    expect(scaled.varianceBreak?.pValue).toBeLessThan(1e-6);
    expect(scaled.varianceBreak?.size).toBeCloseTo(2, 0);
    expect(scaled.meanBreak?.pValue).toBeGreaterThan(0.05);
  });

  it('leaves out outcomes that are not known', () => {
    const values = autoregressive(9, 300, 0);
    const holed = new Float64Array(600).fill(NaN);
    for (const [i, value] of values.entries()) holed[2 * i] = value;
    const time = hours(600);
    const known = time.filter((_, i) => i % 2 === 0);
    expect(diagnoseTarget(time, holed)).toEqual(diagnoseTarget(known, values));
  });
});

describe('an explosive price', () => {
  it('is called so for one random walk in twenty', () => {
    const exceeded = Array.from({ length: 300 }, (_, seed) => explosiveTest(walk(4_000 + seed, 150)));
    const share = (kind: 'forward' | 'supremum'): number =>
      exceeded.filter((found) => (found?.[kind] ?? 0) > (found?.critical[kind] ?? NaN)).length / 300;
    for (const kind of ['forward', 'supremum'] as const) {
      expect(share(kind)).toBeGreaterThan(0.02);
      expect(share(kind)).toBeLessThan(0.09);
    }
  });

  it('is found with its episode', () => {
    const bubble = walk(11, 600).map(
      (value, i) => 0.02 * value + (i < 300 ? 0 : 0.02 * (1.06 ** Math.min(i - 300, 60) - 1)),
    );
    const found = explosiveTest(bubble);
    expect(found?.supremum).toBeGreaterThan(found?.critical.supremum ?? NaN);
    expect(found?.to).toBeGreaterThan(330);
    expect(found?.to).toBeLessThan(370);
  });

  it('is not defined for a price that stands still, is short or has a hole', () => {
    const holed = walk(1, 200);
    holed[20] = NaN;
    for (const series of [new Float64Array(200).fill(3), walk(1, 49), holed]) expect(explosiveTest(series)).toBeNull();
  });
});
