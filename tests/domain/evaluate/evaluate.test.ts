import { METRIC_NAMES } from '../../../domain/core/metric';
import type { Evaluation } from '../../../domain/core/evaluation';
import { randomFromSeed } from '../../../domain/core/random';
import { evaluate, type EvaluationInput } from '../../../domain/evaluate/evaluate';
import { randomMarket, scoreMatrix } from './market';

function judged(input: EvaluationInput): Evaluation {
  const result = evaluate(input);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

describe('evaluate', () => {
  it('has every metric, finite, with intervals where they are promised', () => {
    const evaluation = judged(randomMarket(1, 1500, 10, 0.3));
    expect(Object.keys(evaluation.metrics).sort()).toEqual([...METRIC_NAMES].sort());
    for (const name of METRIC_NAMES) {
      const { value, low, high } = evaluation.metrics[name];
      expect(Number.isFinite(value)).toBe(true);
      if (name === 'maxDrawdown' || name === 'turnover') {
        expect([low, high]).toEqual([null, null]);
      } else {
        expect(low).toBeLessThan(high ?? NaN);
      }
    }
    expect(evaluation.testRows).toBe(1500);
    expect(evaluation.skippedRows).toBe(0);
    expect(evaluation.equity.length).toBeLessThanOrEqual(500);
    expect(evaluation.confusion.flat().reduce((a, b) => a + b, 0)).toBe(1500);
    expect(evaluation.reliability.up.reduce((sum, bin) => sum + bin.count, 0)).toBe(1500);
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });

  it('finds no skill in random signals: over many markets the interval of the coefficient covers 0 as it should', () => {
    const covered = Array.from({ length: 40 }, (_, i) => {
      const input = randomMarket(100 + 2 * i, 400, 10, 0);
      const { low, high } = judged({ ...input, backtest: { costBps: 2, slippageBps: 1, minEdge: 0 } }).metrics
        .informationCoefficient;
      return (low ?? NaN) <= 0 && (high ?? NaN) >= 0;
    }).filter(Boolean).length;
    // 38 of 40 are expected at 95 %; blocks of a finite series fall a little short of that.
    expect(covered).toBeGreaterThanOrEqual(34);
  });

  it('finds skill where there is some, calls a coefficient this high a leak, and grades what it sees', () => {
    const skilled = judged(randomMarket(7, 2000, 5, 0.5));
    expect(skilled.metrics.informationCoefficient.low).toBeGreaterThan(0.1);
    expect(skilled.warnings.join(' ')).toContain('an information coefficient this high means a leak');
    expect(skilled.grade).toBe('A');
    expect(skilled.production.map(({ passed }) => passed)).toEqual([true, true, true]);
    const noise = judged(randomMarket(9, 2000, 5, 0));
    expect(noise.warnings.join(' ')).not.toContain('leak');
    expect(['D', 'F']).toContain(noise.grade);
  });

  it('gives the same bytes from the same seed, other intervals from another, and the same numbers', () => {
    const of = (seed: number) => judged({ ...randomMarket(3, 400, 10, 0.2), random: randomFromSeed(seed) });
    expect(JSON.stringify(of(1))).toBe(JSON.stringify(of(1)));
    expect(of(1).metrics.brier.value).toBe(of(2).metrics.brier.value);
    expect(of(1).metrics.brier.low).not.toBe(of(2).metrics.brier.low);
  });

  it('computes no intervals from 0 resamples, and draws nothing', () => {
    const input = randomMarket(3, 400, 10, 0.2);
    const random = randomFromSeed(5);
    const evaluation = judged({ ...input, random, evaluation: { bootstrapSamples: 0, eceBins: 10 } });
    for (const name of METRIC_NAMES) expect(evaluation.metrics[name]).toMatchObject({ low: null, high: null });
    expect(random.state()).toEqual(randomFromSeed(5).state());
  });

  it('counts rows without a prediction or a class as skipped and judges the others as if alone', () => {
    const input = randomMarket(4, 300, 10, 0.2);
    const classIndex = Int8Array.from(input.classIndex as Int8Array);
    classIndex.set([-1, -1], 10);
    const probabilities = { ...input.probabilities, data: Float64Array.from(input.probabilities.data) };
    probabilities.data.set([NaN, NaN, NaN], 20 * 3);
    const evaluation = judged({ ...input, classIndex, probabilities });
    expect(evaluation.skippedRows).toBe(3);
    expect(evaluation.testRows).toBe(300);
    expect(evaluation.confusion.flat().reduce((a, b) => a + b, 0)).toBe(297);
  });

  it('says what it cannot judge: a constant score, no trades, few trades', () => {
    const input = randomMarket(6, 200, 10, 0.2);
    const flat = judged({ ...input, probabilities: scoreMatrix(new Array<number>(200).fill(0)) });
    expect(flat.metrics.informationCoefficient).toEqual({ value: 0, low: null, high: null });
    expect(flat.metrics.directionalAccuracy).toEqual({ value: 0, low: null, high: null });
    expect(flat.metrics.winRate).toEqual({ value: 0, low: null, high: null });
    expect(flat.metrics.sharpe).toEqual({ value: 0, low: null, high: null });
    expect(flat.metrics.turnover.value).toBe(0);
    expect(flat.grade).toBe('F');
    expect(flat.warnings.join(' ')).toMatch(/no rank correlation.*No test row has both.*0 trades.*too few trades/);
    expect(judged(input).warnings.join(' ')).toMatch(/20 trades .*too few trades to judge/);
    expect(judged(randomMarket(6, 2000, 10, 0.2)).warnings.join(' ')).not.toContain('too few');
  });

  it('says when the capital is lost', () => {
    const input = randomMarket(6, 200, 10, 0.2);
    const exits = { exitLong: input.sides.exitLong.fill(1e-9), exitShort: input.sides.exitShort.fill(1e9) };
    const ruined = judged({ ...input, sides: { ...input.sides, ...exits }, backtest: { costBps: 5, slippageBps: 0, minEdge: 0 } }); // prettier-ignore
    expect(ruined.metrics.maxDrawdown.value).toBe(1);
    expect(ruined.warnings.join(' ')).toContain('lost all of its capital');
  });
});

describe('what is refused', () => {
  const input = randomMarket(8, 50, 5, 0.2);
  const faultOf = (given: EvaluationInput) => {
    const result = evaluate(given);
    return result.ok ? null : result.fault;
  };

  it('no row with both a prediction and a class', () => {
    expect(faultOf({ ...input, classIndex: new Int8Array(50).fill(-1) })).toMatchObject({
      code: 'InvalidLabels',
      message: expect.stringContaining('50 test rows') as string,
    });
  });

  it.each([
    ['a short column', { returnAtr: new Float64Array(49) }, '49 values of returnAtr for 50 test rows'],
    ['two classes', { probabilities: { ...input.probabilities, columns: 2 } }, '2 classes, expected 3'],
    ['a repeated row', { rows: input.rows.map((row) => Math.min(row, 48)) }, 'row 48 does not'],
    ['rows outside the bars', { rows: input.rows.map((row) => row + 30) }, '30 to 79 lie outside the bars'],
    ['bars of two lengths', { bars: { ...input.bars, close: new Float64Array(3) } }, 'with 3 closes'],
  ] as const)('%s', (_, change, message) => {
    expect(faultOf({ ...input, ...change })).toMatchObject({
      code: 'Unexpected',
      message: expect.stringContaining(message) as string,
    });
  });
});
