import { resultsByRegime } from '../../../domain/evaluate/by-regime';
import { evaluate } from '../../../domain/evaluate/evaluate';
import type { EvaluationInput } from '../../../domain/evaluate/evaluate';
import { runBacktest } from '../../../domain/evaluate/backtest';
import { randomMarket } from './market';

const ROWS = 1_500;
const skilled = randomMarket(5, ROWS, 5, 0.4);
const everywhere = new Int8Array(ROWS + 10);
const valueOf = (input: EvaluationInput) => {
  const judged = evaluate(input);
  if (!judged.ok) throw new Error(judged.fault.message);
  return judged.value;
};

describe('the Sharpe ratio of a regime', () => {
  it('that holds every bar is that of the whole, with an interval around it', () => {
    const [all] = resultsByRegime([skilled], everywhere, ['all'], 1);
    expect(all?.sharpe?.value).toBeCloseTo(valueOf(skilled).metrics.sharpe.value, 10);
    expect(all?.sharpe?.low).toBeLessThan(all?.sharpe?.value ?? NaN);
    expect(all?.sharpe?.high).toBeGreaterThan(all?.sharpe?.value ?? NaN);
    expect(all?.days).toBe(63);
  });

  it('is that of the bars that began in it, worked out by hand', () => {
    const regimeOf = everywhere.map((_, row) => (row % 200 < 80 ? 0 : 1));
    const [some] = resultsByRegime([skilled], regimeOf, ['some', 'rest'], 1);
    const { track, barsPerYear } = runBacktest({ ...skilled, settings: skilled.backtest });
    const returns = [...track.returns].filter((_, bar) => regimeOf[(track.row[bar] ?? NaN) - 1] === 0);
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
    expect(some?.sharpe?.value).toBeCloseTo((mean / Math.sqrt(variance)) * Math.sqrt(barsPerYear), 10);
  });

  it('takes no bar for risen because it rose: a blind long does not win in the regime of bars that close higher', () => {
    const blind = randomMarket(8, ROWS, 5, 0);
    const long = { ...blind.probabilities, data: blind.probabilities.data.map((_, i) => [0.2, 0.2, 0.6][i % 3] ?? 0) };
    const { close } = blind.bars;
    const rises = everywhere.map((_, row) => ((close[row] ?? 0) > (close[row - 1] ?? 0) ? 0 : 1));
    const [up, down] = resultsByRegime([{ ...blind, probabilities: long }], rises, ['up', 'down'], 1);
    for (const found of [up, down]) {
      expect(found?.sharpe?.low).toBeLessThan(0);
      expect(found?.sharpe?.high).toBeGreaterThan(0);
    }
  });

  it('has no interval where its bars lie on few dates, and is nothing where the capital never moved', () => {
    const regimeOf = everywhere.map((_, row) => (row < 400 ? 0 : 1));
    const [brief] = resultsByRegime([skilled], regimeOf, ['brief', 'rest'], 1);
    expect(brief?.days).toBe(17);
    expect(brief?.sharpe).toMatchObject({ low: null, high: null });
    const idle = { ...skilled, backtest: { ...skilled.backtest, minEdge: 0.99 } };
    expect(resultsByRegime([idle], everywhere, ['all'], 1)[0]?.sharpe).toBeNull();
  });

  it('over two paths is their mean', () => {
    const other = randomMarket(5, ROWS, 5, 0.1);
    const [first, second, both] = [[skilled], [other], [skilled, other]].map(
      (paths) => resultsByRegime(paths, everywhere, ['all'], 1)[0]?.sharpe?.value ?? NaN,
    );
    expect(both).toBeCloseTo(((first ?? NaN) + (second ?? NaN)) / 2, 10);
  });
});

describe('the calibration of a regime', () => {
  it('is made of the same bins as its calibration error, and of every judged row', () => {
    const regimeOf = everywhere.map((_, row) => (row % 200 < 80 ? 0 : 1));
    for (const { calibration, ece, rows } of resultsByRegime([skilled], regimeOf, ['some', 'rest'], 1)) {
      const bins = calibration?.confidence ?? [];
      const count = bins.reduce((sum, bin) => sum + bin.count, 0);
      const gap = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.meanForecast - bin.observedShare), 0);
      expect(count).toBe(rows);
      expect(gap / count).toBeCloseTo(ece.value, 12);
    }
  });

  it('tells what was forecast of each class from what came, over two paths together', () => {
    const regimeOf = everywhere.map((_, row) => (row % 200 < 80 ? 0 : 1));
    const [some] = resultsByRegime([skilled, skilled], regimeOf, ['some', 'rest'], 1);
    const [once] = resultsByRegime([skilled], regimeOf, ['some', 'rest'], 1);
    const rows = [...skilled.rows.keys()].filter((r) => regimeOf[skilled.rows[r] ?? -1] === 0);
    const meanUp = rows.reduce((sum, r) => sum + (skilled.probabilities.data[3 * r + 2] ?? NaN), 0) / rows.length;
    const shareUp = rows.filter((r) => skilled.classIndex[r] === 2).length / rows.length;
    expect(some?.calibration?.classes.up.meanForecast).toBeCloseTo(meanUp, 12);
    expect(some?.calibration?.classes.up.observedShare).toBeCloseTo(shareUp, 12);
    const counts = (bins: typeof once) => bins?.calibration?.confidence.map(({ count }) => count);
    expect(counts(some)).toEqual(counts(once)?.map((count) => 2 * count));
  });
});
