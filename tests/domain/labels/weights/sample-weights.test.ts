import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { averageUniqueness, concurrency } from '../../../../domain/labels/weights/concurrency';
import { returnAttribution } from '../../../../domain/labels/weights/return-attribution';
import { createSampleWeigher, type WeightSettings } from '../../../../domain/labels/weights/sample-weights';
import { timeDecay } from '../../../../domain/labels/weights/time-decay';

const SPANS = { rows: Int32Array.of(0, 1, 2), ends: Int32Array.of(2, 2, 4) };
const NONE: WeightSettings = { uniqueness: false, returnAttribution: false, timeDecay: null };

describe('the worked examples', () => {
  it('concurrency: bars 1 to 4 have 1, 2, 1, 1 labels', () => {
    const { firstBar, values } = concurrency(SPANS);
    expect([firstBar, ...values]).toEqual([1, 1, 2, 1, 1]);
  });

  it('uniqueness: (1 + 1/2) / 2, 1/2, 1', () => {
    expect([...averageUniqueness(SPANS)]).toEqual([0.75, 0.5, 1]);
  });

  it('return attribution: |0.02 − 0.01/2|, |−0.01/2|, |0 + 0.03|', () => {
    const close = Float64Array.from([0, 0.02, 0.01, 0.01, 0.04], (log) => 100 * Math.exp(log));
    const open = Float64Array.of(100, ...close.subarray(0, -1));
    const weights = returnAttribution(SPANS, { open, close });
    for (const [i, expected] of [0.015, 0.005, 0.03].entries()) expect(weights[i]).toBeCloseTo(expected, 12);
  });

  it('return attribution counts the entry bar from its open, not from the close before', () => {
    const spans = { rows: Int32Array.of(0), ends: Int32Array.of(2) };
    const open = Float64Array.of(50, 100, 120);
    const close = Float64Array.of(50, 110, 121);
    expect(returnAttribution(spans, { open, close })[0]).toBeCloseTo(Math.log(121 / 100), 12);
  });

  it('decay: a line to the oldest, or nothing for the oldest share', () => {
    const uniqueness = Float64Array.of(0.75, 0.5, 1);
    const rounded = (oldest: number) => [...timeDecay(uniqueness, oldest)].map((factor) => Number(factor.toFixed(3)));
    expect(rounded(0.5)).toEqual([0.667, 0.778, 1]);
    expect(rounded(-0.5)).toEqual([0, 0.111, 1]);
    expect(rounded(1)).toEqual([1, 1, 1]);
    expect(rounded(0)).toEqual([0.333, 0.556, 1]);
  });

  it('weights by uniqueness over their mean: 1, 0.667, 1.333', () => {
    const weigh = createSampleWeigher(
      { ...NONE, uniqueness: true },
      { t1Row: Int32Array.of(2, 2, 4, 9), prices: null },
    );
    const weights = weigh(SPANS.rows);
    expect(weights.ok && [...weights.value].map((weight) => Number(weight.toFixed(3)))).toEqual([1, 0.667, 1.333]);
  });
});

interface Fixture {
  readonly open: readonly number[];
  readonly close: readonly number[];
  readonly rows: readonly number[];
  readonly ends: readonly number[];
  readonly concurrency: readonly number[];
  readonly uniqueness: readonly number[];
  readonly cases: readonly { readonly settings: WeightSettings; readonly weights: readonly number[] }[];
}

describe('weights against the brute force of tests/oracles/sample_weights.py', () => {
  const path = join(__dirname, '../../../fixtures/sample-weights.json');
  const fixture = JSON.parse(readFileSync(path, 'utf8')) as Fixture;
  const spans = { rows: Int32Array.from(fixture.rows), ends: Int32Array.from(fixture.ends) };
  // Rows that are no training rows have labels too, which must not count.
  const t1Row = Int32Array.from(fixture.open, (_, row) => Math.min(row + 3, fixture.open.length - 1));
  for (const [i, row] of fixture.rows.entries()) t1Row[row] = fixture.ends[i]!;
  const prices = { open: Float64Array.from(fixture.open), close: Float64Array.from(fixture.close) };

  it('concurrency and uniqueness', () => {
    expect([...concurrency(spans).values]).toEqual(fixture.concurrency);
    for (const [i, value] of averageUniqueness(spans).entries()) expect(value).toBeCloseTo(fixture.uniqueness[i]!, 11);
  });

  it.each(fixture.cases)('$settings', ({ settings, weights }) => {
    const weighed = createSampleWeigher(settings, { t1Row, prices })(spans.rows);
    if (!weighed.ok) throw new Error(weighed.fault.message);
    for (const [i, weight] of weighed.value.entries()) expect(weight).toBeCloseTo(weights[i]!, 10);
  });
});

describe('weights of any rows', () => {
  const labels = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 5 }), length: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 60,
  });

  it('have mean 1, and their uniqueness sums to the bars in which anybody is alive', () => {
    fc.assert(
      fc.property(labels, (steps) => {
        let row = -1;
        const rows = Int32Array.from(steps, ({ gap }) => (row += gap));
        const ends = rows.map((at, i) => at + steps[i]!.length);
        const lived = averageUniqueness({ rows, ends }).reduce((sum, u, i) => sum + u * (ends[i]! - rows[i]!), 0);
        expect(lived).toBeCloseTo(concurrency({ rows, ends }).values.filter((count) => count > 0).length, 8);
        const t1Row = new Int32Array(row + 1).fill(-1);
        for (const [i, at] of rows.entries()) t1Row[at] = ends[i]!;
        const weighed = createSampleWeigher({ ...NONE, uniqueness: true }, { t1Row, prices: null })(rows);
        if (!weighed.ok) throw new Error(weighed.fault.message);
        expect(weighed.value.reduce((sum, weight) => sum + weight, 0) / rows.length).toBeCloseTo(1, 10);
      }),
    );
  });

  it('are 1 where no label overlaps another', () => {
    const t1Row = Int32Array.of(1, -1, 4, -1, 6);
    const weighed = createSampleWeigher({ ...NONE, uniqueness: true }, { t1Row, prices: null })(Int32Array.of(0, 2, 4));
    expect(weighed.ok && [...weighed.value]).toEqual([1, 1, 1]);
  });

  it('are refused for a row that nothing decided, and where prices never moved', () => {
    const weigh = createSampleWeigher(
      { ...NONE, returnAttribution: true },
      { t1Row: Int32Array.of(1, -1), prices: { open: Float64Array.of(5, 5), close: Float64Array.of(5, 5) } },
    );
    expect(weigh(Int32Array.of(1))).toMatchObject({ ok: false, fault: { code: 'InvalidLabels' } });
    const still = weigh(Int32Array.of(0));
    expect(still.ok ? '' : still.fault.message).toMatch(/1 training rows have the mean 0; .*prices must move/);
  });
});
