import { readFileSync } from 'node:fs';
import { AverageTrueRange } from '../../domain/features/indicators/average-true-range';
import { BollingerPosition } from '../../domain/features/indicators/bollinger';
import { ConvergenceDivergence } from '../../domain/features/indicators/convergence-divergence';
import { DirectionalMovement } from '../../domain/features/indicators/directional-movement';
import { RelativeStrength } from '../../domain/features/indicators/relative-strength';
import { RollingDeviation } from '../../domain/features/indicators/rolling-moments';
import { Stochastic } from '../../domain/features/indicators/stochastic';
import { PIECE_ROWS } from '../../domain/features/piece-rows';
import { timeTask, type TaskTimes } from '../rounds/rounds';
import { BAR_ORDER } from './bars-file';

/** Rows of bars that the features stage takes at once. */
const BLOCK_ROWS = 16_384;

/**
 * The streaming indicators of the product over all bars of a file, chunk by chunk as the features stage feeds them, into
 * columns: the same work as one call of TA-Lib. Prints one line of JSON: `node dist/bench/indicators/ours.js FILE REPETITIONS`.
 */
function main([file = '', repetitions = '7']: readonly string[]): TaskTimes {
  const all = new Float64Array(new Uint8Array(readFileSync(file)).buffer);
  const rows = all.length / BAR_ORDER.length;
  const column = (name: (typeof BAR_ORDER)[number]): Float64Array => {
    const from = BAR_ORDER.indexOf(name) * rows;
    return all.subarray(from, from + rows);
  };
  const [high, low, close] = [column('high'), column('low'), column('close')];
  const tasks: Readonly<Record<string, () => number>> = {
    'RSI(14)': () => {
      const indicator = new RelativeStrength(14);
      return inPieces(rows, (from, to) => [indicator.fill(close.subarray(from, to))]);
    },
    'ATR(14)': () => {
      const indicator = new AverageTrueRange(14);
      return inPieces(rows, (from, to) => [
        indicator.fill(high.subarray(from, to), low.subarray(from, to), close.subarray(from, to)),
      ]);
    },
    'MACD(12, 26, 9)': () => {
      const indicator = new ConvergenceDivergence(12, 26, 9);
      return inPieces(rows, (from, to) => {
        const { line, histogram } = indicator.fill(close.subarray(from, to));
        return [line, histogram];
      });
    },
    'Bollinger(20, 2)': () => {
      const indicator = new BollingerPosition(20, 2);
      return inPieces(rows, (from, to) => [indicator.fill(close.subarray(from, to))]);
    },
    'STOCH(14, 3, 3)': () => {
      const indicator = new Stochastic(14, 3, 3);
      return inPieces(rows, (from, to) => {
        const { k, d } = indicator.fill(high.subarray(from, to), low.subarray(from, to), close.subarray(from, to));
        return [k, d];
      });
    },
    'ADX(14)': () => {
      const indicator = new DirectionalMovement(14);
      return inPieces(rows, (from, to) => [
        indicator.fill(high.subarray(from, to), low.subarray(from, to), close.subarray(from, to)).adx,
      ]);
    },
    'rolling deviation (20)': () => {
      const indicator = new RollingDeviation(20);
      return inPieces(rows, (from, to) => [indicator.fill(close.subarray(from, to))]);
    },
  };
  const times = Object.entries(tasks).map(([name, task]) => [name, timeTask(task, Number(repetitions))] as const);
  return { engine: `Node ${process.version}`, tasks: Object.fromEntries(times) };
}

/**
 * Block after block as the features stage works: a column of its own for each block, as the table's writer takes it, filled
 * piece by piece. Returns the newest value of the first column, which the sides are compared by.
 */
function inPieces(rows: number, fill: (from: number, to: number) => readonly Float64Array[]): number {
  let newest = NaN;
  for (let block = 0; block < rows; block += BLOCK_ROWS) {
    const end = Math.min(rows, block + BLOCK_ROWS);
    const columns: Float64Array[] = [];
    for (let from = block; from < end; from += PIECE_ROWS) {
      for (const [i, piece] of fill(from, Math.min(end, from + PIECE_ROWS)).entries()) {
        const column = (columns[i] ??= new Float64Array(end - block));
        column.set(piece, from - block);
      }
    }
    newest = columns[0]?.at(-1) ?? NaN;
  }
  return newest;
}

process.stdout.write(`${JSON.stringify(main(process.argv.slice(2)))}\n`);
