import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ReliabilityBin } from '../../../domain/core/evaluation';
import { gatherRows } from '../../../domain/core/matrix';
import { columnSums } from '../../../domain/core/bootstrap';
import { averageRanks } from '../../../domain/core/ranks';
import { confusionMatrix, reliabilityBins } from '../../../domain/evaluate/reliability';
import { rowMetrics, rowTerms, type RowMetrics } from '../../../domain/evaluate/row-terms';
import type { TestRows } from '../../../domain/evaluate/test-rows';
import { scoreMatrix } from './market';

/** Written by tests/oracles/evaluation.py. */
const fixture = JSON.parse(readFileSync(join(__dirname, '../../fixtures/evaluation.json'), 'utf8')) as {
  readonly probabilities: number[][];
  readonly classIndex: number[];
  readonly returnAtr: number[];
  readonly metrics: Record<keyof RowMetrics, number>;
  readonly confusion: number[][];
  readonly reliability: ReliabilityBin[][];
};

const rows: TestRows = {
  probabilities: {
    data: Float64Array.from(fixture.probabilities.flat()),
    rows: fixture.probabilities.length,
    columns: 3,
  },
  classIndex: Int8Array.from(fixture.classIndex),
  returnAtr: Float64Array.from(fixture.returnAtr),
};

const metricsOf = (given: TestRows): RowMetrics => rowMetrics(columnSums(rowTerms(given, 10)));

describe('metrics of forecasts against scikit-learn, SciPy and NumPy', () => {
  it.each(Object.entries(fixture.metrics))('%s to 1e-12', (name, expected) => {
    expect(Math.abs(metricsOf(rows)[name as keyof RowMetrics] - expected)).toBeLessThan(1e-12);
  });

  it('confusion matrix', () => {
    expect(confusionMatrix(rows)).toEqual(fixture.confusion);
  });

  it('reliability bins of each class, empty ones left out', () => {
    for (const [c, expected] of fixture.reliability.entries()) {
      const bins = reliabilityBins(rows, c, 10);
      expect(bins.map(({ low, high, count }) => ({ low, high, count }))).toEqual(
        expected.map(({ low, high, count }) => ({ low, high, count })),
      );
      for (const [b, bin] of bins.entries()) {
        expect(bin.meanForecast).toBeCloseTo(expected[b]?.meanForecast ?? NaN, 12);
        expect(bin.observedShare).toBeCloseTo(expected[b]?.observedShare ?? NaN, 12);
      }
    }
  });
});

describe('metrics of forecasts', () => {
  it('do not depend on the order of the rows', () => {
    const expected = metricsOf(rows);
    const keys = [...rows.returnAtr.keys()];
    fc.assert(
      fc.property(fc.shuffledSubarray(keys, { minLength: keys.length }), (order) => {
        const shuffled = metricsOf({
          probabilities: gatherRows(rows.probabilities, order),
          classIndex: order.map((r) => rows.classIndex[r]!),
          returnAtr: Float64Array.from(order, (r) => rows.returnAtr[r]!),
        });
        for (const [name, value] of Object.entries(expected)) {
          expect(shuffled[name as keyof RowMetrics]).toBeCloseTo(value as number, 12);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('leave out rows without a prediction, and use rows without a class for direction only', () => {
    const given = (classIndex: number[], returnAtr: number[], scores: number[]): TestRows => ({
      probabilities: scoreMatrix(scores),
      classIndex,
      returnAtr: Float64Array.from(returnAtr),
    });
    const plain = metricsOf(given([2, 0, 1], [1, -2, 0.5], [0.3, -0.3, -0.1]));
    const withGaps = metricsOf(given([2, 0, 1, 2], [1, -2, 0.5, 9], [0.3, -0.3, -0.1, NaN]));
    expect(withGaps).toEqual(plain);
    expect(plain.directionalAccuracy).toBeCloseTo(2 / 3, 15);
    const withTimeout = metricsOf(given([2, 0, 1, -1], [1, -2, 0.5, 3], [0.3, -0.3, -0.1, 0.4]));
    expect(withTimeout.logLoss).toBe(plain.logLoss);
    expect(withTimeout.directionalAccuracy).toBe(3 / 4);
  });

  it('have no direction and no rank correlation where the score is constant', () => {
    const flat = metricsOf({
      probabilities: scoreMatrix([0, 0, 0]),
      classIndex: [0, 1, 2],
      returnAtr: Float64Array.from([-1, 0, 1]),
    });
    expect(flat.directionalAccuracy).toBeNaN();
    expect(flat.informationCoefficient).toBeNaN();
    expect(flat.logLoss).toBeCloseTo(Math.log(3), 12);
    expect(flat.brier).toBeCloseTo(2 / 3, 12);
  });

  it('see an information coefficient of 1 in any rising function of the return', () => {
    const scores = [-0.9, -0.2, -0.1, 0.3, 0.31];
    const rising = metricsOf({
      probabilities: scoreMatrix(scores),
      classIndex: [0, 0, 1, 2, 2],
      returnAtr: Float64Array.from(scores, (score) => score ** 3),
    });
    expect(rising.informationCoefficient).toBeCloseTo(1, 14);
  });
});

describe('averageRanks', () => {
  it('gives ties the mean of their ranks', () => {
    expect([...averageRanks(Float64Array.from([3, 1, 3, 2, 3]))]).toEqual([4, 1, 4, 2, 4]);
  });

  it('agrees with counting how many values are below and equal', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 }), (values) => {
        const counted = values.map(
          (value) => values.filter((v) => v < value).length + (values.filter((v) => v === value).length + 1) / 2,
        );
        expect([...averageRanks(Float64Array.from(values))]).toEqual(counted);
      }),
    );
  });
});
