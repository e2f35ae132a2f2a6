import { METRIC_NAMES } from '../../../domain/core/metric';
import { randomFromSeed } from '../../../domain/core/random';
import type { Evaluation } from '../../../domain/core/evaluation';
import { evaluate, evaluatePaths, type EvaluationInput } from '../../../domain/evaluate/evaluate';
import { randomMarket, scoreMatrix } from './market';

const ROWS = 600;
const settings = { bootstrapSamples: 400, eceBins: 10 };

/** One market, forecast by as many models as there are strengths. */
function pathsOf(strengths: readonly number[]): readonly EvaluationInput[] {
  const random = randomFromSeed(3);
  const market = randomMarket(11, ROWS, 5, 0.3);
  return strengths.map((strength) => {
    const scores = Array.from({ length: ROWS }, (_, row) => {
      const score = market.probabilities.data[row * 3 + 2]! - market.probabilities.data[row * 3]!;
      return Math.max(-0.9, Math.min(0.9, strength * score + (1 - strength) * 0.3 * random.normal()));
    });
    return { ...market, evaluation: settings, probabilities: scoreMatrix(scores), random };
  });
}

function judged(paths: readonly EvaluationInput[]): Evaluation {
  const result = evaluatePaths(paths);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

describe('several backtest paths', () => {
  it('give the mean of their numbers, and an interval that holds the spread between them', () => {
    const strengths = [1, 0.5, 0];
    const together = judged(pathsOf(strengths));
    const alone = pathsOf(strengths).map((path) => judged([path]));
    for (const name of METRIC_NAMES) {
      const values = alone.map(({ metrics }) => metrics[name].value);
      expect(together.metrics[name].value).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 3, 10);
      expect(together.paths?.map((path) => path[name])).toEqual(values);
    }
    const { informationCoefficient, maxDrawdown } = together.metrics;
    const values = alone.map(({ metrics }) => metrics.informationCoefficient.value);
    expect(informationCoefficient.low).toBeLessThan(Math.min(...values));
    expect(informationCoefficient.high).toBeGreaterThan(Math.max(...values));
    expect([maxDrawdown.low, maxDrawdown.high]).toEqual([null, null]);
  });

  it('have no narrower interval than one path alone where they agree: more paths are not more rows', () => {
    const width = ({ metrics: { brier } }: Evaluation) => (brier.high ?? NaN) - (brier.low ?? NaN);
    const one = width(judged(pathsOf([1])));
    const five = width(judged(pathsOf([1, 1, 1, 1, 1])));
    expect(five / one).toBeGreaterThan(0.85);
    expect(five / one).toBeLessThan(1.15);
  });

  it('show the path of the median Sharpe ratio, and a fan of at most thirty by their last capital', () => {
    const few = judged(pathsOf([1, 0.5, 0]));
    const sharpes = few.paths!.map(({ sharpe }) => sharpe!);
    const median = [...sharpes].sort((a, b) => a - b)[1];
    const alone = pathsOf([1, 0.5, 0]).map((path) => judged([path]));
    const shown = alone.find(({ metrics }) => metrics.sharpe.value === median);
    expect(few.equity).toEqual(shown?.equity);

    const many = judged(pathsOf(Array.from({ length: 40 }, (_, i) => i / 39)));
    const ends = many.equityPaths!.map((points) => points.at(-1)!.equity);
    expect(ends).toHaveLength(30);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(many.equityPaths!.every((points) => points.length <= 100)).toBe(true);
    // From twenty paths on a number that cannot be resampled has the percentiles of the paths.
    expect(many.metrics.maxDrawdown.low).toBeLessThan(many.metrics.maxDrawdown.high ?? NaN);
  });

  it('count a path that never traded with the number that it has', () => {
    const [traded] = pathsOf([1]);
    const idle = { ...traded!, probabilities: scoreMatrix(new Array<number>(ROWS).fill(0)) };
    const { metrics, paths } = judged([traded!, idle]);
    expect(paths?.map(({ sharpe }) => sharpe === 0)).toEqual([false, true]);
    expect(metrics.sharpe.value).toBeCloseTo((paths?.[0]?.sharpe ?? NaN) / 2, 12);
    expect(metrics.sharpe.low).toBeLessThanOrEqual(0);
    expect(paths?.[1]?.winRate).toBeNull();
    expect(metrics.winRate.value).toBeCloseTo(paths?.[0]?.winRate ?? NaN, 12);
  });

  it('are one path like any other where there is one, and none is refused', () => {
    const [only] = pathsOf([0.7]);
    const { paths, equityPaths } = judged([only!]);
    expect([paths, equityPaths]).toEqual([undefined, undefined]);
    expect(evaluate({ ...only!, random: randomFromSeed(1) })).toEqual(evaluatePaths([{ ...only!, random: randomFromSeed(1) }])); // prettier-ignore
    expect(evaluatePaths([])).toMatchObject({ ok: false, fault: { code: 'Unexpected' } });
    const blind = { ...only!, classIndex: new Int8Array(ROWS).fill(-1) };
    expect(evaluatePaths([only!, blind])).toMatchObject({ ok: false, fault: { code: 'InvalidLabels' } });
  });
});
