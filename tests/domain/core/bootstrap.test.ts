import fc from 'fast-check';
import { emptyMatrix, type Matrix } from '../../../domain/core/matrix';
import { randomFromSeed, type RandomStream } from '../../../domain/core/random';
import { bootstrapSums, columnSums, meanBlockRows, percentileInterval } from '../../../domain/core/bootstrap';

function termsOf(values: readonly number[], columns: number): Matrix {
  return { data: Float64Array.from(values), rows: values.length / columns, columns };
}

/** The same draws, row by row: start anew with probability 1/L, else go on to the next row of the circle. */
function rowByRow(terms: Matrix, meanBlock: number, random: RandomStream): number[] {
  const sums = new Array<number>(terms.columns).fill(0);
  let taken = 0;
  while (taken < terms.rows) {
    let row = random.integer(terms.rows);
    let length = 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - 1 / meanBlock));
    for (; length > 0 && taken < terms.rows; length -= 1) {
      for (let c = 0; c < terms.columns; c += 1) sums[c] = sums[c]! + terms.data[row * terms.columns + c]!;
      row = (row + 1) % terms.rows;
      taken += 1;
    }
  }
  return sums;
}

describe('bootstrapSums', () => {
  it('sums the rows that a walk over the same blocks would visit', () => {
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 40 }),
      meanBlock: fc.double({ min: 1, max: 60, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ rows, meanBlock, seed }) => {
        const values = randomFromSeed(seed + 1);
        const terms = termsOf(
          Array.from({ length: rows * 2 }, () => values.integer(1000)),
          2,
        );
        const [fast] = bootstrapSums(terms, { samples: 1, meanBlockRows: meanBlock }, randomFromSeed(seed), (sums) => [
          ...sums,
        ]);
        expect(fast).toEqual(rowByRow(terms, meanBlock, randomFromSeed(seed)));
      }),
    );
  });

  it('takes as many rows as there are, each equally often in the long run', () => {
    const identity = emptyMatrix(7, 7);
    for (let r = 0; r < 7; r += 1) identity.data[r * 7 + r] = 1;
    const counts = new Float64Array(7);
    const totals = bootstrapSums(identity, { samples: 4000, meanBlockRows: 3 }, randomFromSeed(1), (sums) => {
      for (const [c, sum] of sums.entries()) counts[c]! += sum;
      return sums.reduce((a, b) => a + b, 0);
    });
    expect(new Set(totals)).toEqual(new Set([7]));
    for (const count of counts) expect(count / 4000).toBeCloseTo(1, 1);
  });

  it('draws blocks of the mean length asked for', () => {
    // Each block but the last ends where the next row taken is not the next of the circle: count the breaks.
    const rows = 400;
    const steps = emptyMatrix(rows, 1);
    let breaks = 0;
    let uniforms = 0;
    const inner = randomFromSeed(2);
    const counting: RandomStream = { ...inner, integer: (bound) => ((breaks += 1), inner.integer(bound)), uniform: () => ((uniforms += 1), inner.uniform()) }; // prettier-ignore
    bootstrapSums(steps, { samples: 500, meanBlockRows: 20 }, counting, () => 0);
    // A resample of n rows holds 1 + (n - 1) / L blocks on average.
    expect(breaks / 500).toBeGreaterThan(20);
    expect(breaks / 500).toBeLessThan(22);
    expect(uniforms).toBe(breaks);
  });

  it('gives the interval of theory on independent rows, and a wider one where rows depend on their past', () => {
    const random = randomFromSeed(3);
    const rows = 2000;
    const noise = Array.from({ length: rows }, () => random.normal());
    const persistent = noise.map(() => 0);
    for (let i = 1; i < rows; i += 1) persistent[i] = 0.8 * persistent[i - 1]! + noise[i]!;
    const width = (values: readonly number[], samples: number, meanBlock: number): number => {
      const settings = { samples, meanBlockRows: meanBlock };
      const sums = bootstrapSums(termsOf(values, 1), settings, randomFromSeed(4), ([sum = NaN]) => sum);
      const interval = percentileInterval(sums.map((sum) => sum / rows));
      return (interval?.high ?? NaN) - (interval?.low ?? NaN);
    };
    const theory = (2 * 1.96) / Math.sqrt(rows);
    const ofNoise = width(noise, 1000, 10) / theory;
    expect(ofNoise).toBeGreaterThan(0.85);
    expect(ofNoise).toBeLessThan(1.15);
    // The mean of an AR(1) with 0.8 varies as if its noise were five times as large; blocks of one row cannot see that.
    const ofPersistent = width(persistent, 1000, 50) / (5 * theory);
    expect(ofPersistent).toBeGreaterThan(0.75);
    expect(ofPersistent).toBeLessThan(1.15);
    expect(width(persistent, 100, 1) / (5 * theory)).toBeLessThan(0.5);
  });

  it('gives nothing for no rows', () => {
    expect(bootstrapSums(emptyMatrix(0, 3), { samples: 5, meanBlockRows: 2 }, randomFromSeed(1), () => 0)).toEqual([]);
    expect([...columnSums(emptyMatrix(0, 2))]).toEqual([0, 0]);
  });
});

describe('percentileInterval', () => {
  it('interpolates between the order statistics as numpy.quantile does', () => {
    // numpy.quantile(range(11), [0.025, 0.975])
    expect(percentileInterval([10, 3, 7, 0, 1, 2, 4, 5, 6, 8, 9])).toEqual({ low: 0.25, high: 9.75 });
    expect(percentileInterval([5])).toEqual({ low: 5, high: 5 });
  });

  it('leaves out undefined values, and gives none where most are undefined', () => {
    expect(percentileInterval([1, NaN, 1])).toEqual({ low: 1, high: 1 });
    expect(percentileInterval([1, NaN, NaN])).toBeNull();
    expect(percentileInterval([])).toBeNull();
  });
});

describe('meanBlockRows', () => {
  it.each([
    [10_000, 20, 40],
    [1_000_000, 10, 100],
    [30, 20, 30],
    [0, 20, 1],
  ])('%d rows, horizon %d: %d', (rows, horizonBars, expected) => {
    expect(meanBlockRows(rows, horizonBars)).toBe(expected);
  });
});
