import type { BacktestInput, SideOutcomes } from '../../../domain/evaluate/backtest';
import type { EvaluationInput } from '../../../domain/evaluate/evaluate';
import type { Matrix } from '../../../domain/core/matrix';
import { randomFromSeed } from '../../../domain/core/random';

export const HOUR_MS = 3_600_000;
export const FREE = { costBps: 0, slippageBps: 0, minEdge: 0 };

/** Probabilities whose score P(up) - P(down) is `score`, rows × 3. */
export function scoreMatrix(scores: readonly number[]): Matrix {
  return {
    data: Float64Array.from(scores.flatMap((score) => [(1 - score) / 3, 1 / 3, (1 - score) / 3 + score])),
    rows: scores.length,
    columns: 3,
  };
}

/** What a position of row r meets: `[entry, exitLong, t1RowLong, exitShort, t1RowShort]`. */
export type SideRow = readonly [number, number, number, number, number];

export function sidesOf(rows: readonly SideRow[]): SideOutcomes {
  return {
    entry: Float64Array.from(rows, (row) => row[0]),
    exitLong: Float64Array.from(rows, (row) => row[1]),
    t1RowLong: Int32Array.from(rows, (row) => row[2]),
    exitShort: Float64Array.from(rows, (row) => row[3]),
    t1RowShort: Int32Array.from(rows, (row) => row[4]),
  };
}

/** Hourly bars with these closes; every row of `scores` is a test row from row 0 on. */
export function smallBacktest(
  closes: readonly number[],
  scores: readonly number[],
  sides: readonly SideRow[],
  settings: BacktestInput['settings'] = FREE,
): BacktestInput {
  return {
    rows: Int32Array.from(scores.keys()),
    probabilities: scoreMatrix(scores),
    sides: sidesOf(sides),
    bars: { firstRow: 0, time: Float64Array.from(closes, (_, i) => i * HOUR_MS), close: Float64Array.from(closes) },
    settings,
  };
}

/**
 * A random walk of `rows` test rows on hourly bars, held for `horizonBars`, with forecasts that know `skill` of the
 * return that will come: 0 is noise, 1 knows it.
 */
export function randomMarket(seed: number, rows: number, horizonBars: number, skill: number): EvaluationInput {
  const random = randomFromSeed(seed);
  const closes = [100];
  for (let i = 1; i < rows + horizonBars + 1; i += 1)
    closes.push((closes[i - 1] ?? 100) * Math.exp(0.002 * random.normal()));
  const outcomes = Array.from({ length: rows }, (_, r) => {
    const entry = closes[r] ?? NaN;
    const exit = closes[r + horizonBars] ?? NaN;
    const returnAtr = (exit / entry - 1) / (0.002 * Math.sqrt(horizonBars));
    return { entry, exit, returnAtr, classIndex: returnAtr > 0.5 ? 2 : returnAtr < -0.5 ? 0 : 1 };
  });
  const scores = outcomes.map(({ returnAtr }) => Math.tanh(0.5 * (skill * returnAtr + (1 - skill) * random.normal())));
  return {
    rows: Int32Array.from(scores.keys()),
    probabilities: scoreMatrix(scores.map((score) => 0.6 * score)),
    classIndex: Int8Array.from(outcomes, ({ classIndex }) => classIndex),
    returnAtr: Float64Array.from(outcomes, ({ returnAtr }) => returnAtr),
    sides: sidesOf(outcomes.map(({ entry, exit }, r) => [entry, exit, r + horizonBars, exit, r + horizonBars])),
    bars: { firstRow: 0, time: Float64Array.from(closes, (_, i) => i * HOUR_MS), close: Float64Array.from(closes) },
    horizonBars,
    evaluation: { bootstrapSamples: 200, eceBins: 10 },
    backtest: FREE,
    random: randomFromSeed(seed + 1),
  };
}
