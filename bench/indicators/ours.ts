import { readFileSync } from 'node:fs';
import { AverageTrueRange } from '../../domain/features/indicators/average-true-range';
import { BollingerPosition } from '../../domain/features/indicators/bollinger';
import { ConvergenceDivergence } from '../../domain/features/indicators/convergence-divergence';
import { DirectionalMovement } from '../../domain/features/indicators/directional-movement';
import { RelativeStrength } from '../../domain/features/indicators/relative-strength';
import { RollingWindow } from '../../domain/features/indicators/rolling-window';
import { Stochastic } from '../../domain/features/indicators/stochastic';
import { timeTask, type TaskTimes } from '../rounds/rounds';
import { BAR_ORDER } from './bars-file';

/**
 * The streaming indicators of the product over all bars of a file, one push a bar, into columns: the same work as one call
 * of TA-Lib. Prints one line of JSON: `node dist/bench/indicators/ours.js FILE REPETITIONS`.
 */
function main([file = '', repetitions = '7']: readonly string[]): TaskTimes {
  const all = new Float64Array(new Uint8Array(readFileSync(file)).buffer);
  const rows = all.length / BAR_ORDER.length;
  const column = (name: (typeof BAR_ORDER)[number]): Float64Array => {
    const from = BAR_ORDER.indexOf(name) * rows;
    return all.subarray(from, from + rows);
  };
  const [high, low, close] = [column('high'), column('low'), column('close')];
  const tasks = {
    'RSI(14)': () => relativeStrength(close),
    'ATR(14)': () => averageTrueRange(high, low, close),
    'MACD(12, 26, 9)': () => convergenceDivergence(close),
    'Bollinger(20, 2)': () => bollinger(close),
    'STOCH(14, 3, 3)': () => stochastic(high, low, close),
    'ADX(14)': () => directionalMovement(high, low, close),
    'rolling deviation (20)': () => rollingDeviation(close),
  };
  const times = Object.entries(tasks).map(([name, task]) => [name, timeTask(task, Number(repetitions))] as const);
  return { engine: `Node ${process.version}`, tasks: Object.fromEntries(times) };
}

/** The newest of a column: what the sides are compared by. */
function newest(values: Float64Array): number {
  return values.at(-1) ?? NaN;
}

function relativeStrength(close: Float64Array): number {
  const indicator = new RelativeStrength(14);
  const values = new Float64Array(close.length);
  for (let row = 0; row < values.length; row += 1) values[row] = indicator.push(close[row] ?? NaN);
  return newest(values);
}

function averageTrueRange(high: Float64Array, low: Float64Array, close: Float64Array): number {
  const indicator = new AverageTrueRange(14);
  const values = new Float64Array(close.length);
  for (let row = 0; row < values.length; row += 1) {
    values[row] = indicator.push(high[row] ?? NaN, low[row] ?? NaN, close[row] ?? NaN);
  }
  return newest(values);
}

function convergenceDivergence(close: Float64Array): number {
  const indicator = new ConvergenceDivergence(12, 26, 9);
  const lines = new Float64Array(close.length);
  const histograms = new Float64Array(close.length);
  for (let row = 0; row < lines.length; row += 1) {
    indicator.push(close[row] ?? NaN);
    lines[row] = indicator.line;
    histograms[row] = indicator.histogram;
  }
  return newest(lines);
}

function bollinger(close: Float64Array): number {
  const indicator = new BollingerPosition(20, 2);
  const values = new Float64Array(close.length);
  for (let row = 0; row < values.length; row += 1) values[row] = indicator.push(close[row] ?? NaN);
  return newest(values);
}

function stochastic(high: Float64Array, low: Float64Array, close: Float64Array): number {
  const indicator = new Stochastic(14, 3, 3);
  const ks = new Float64Array(close.length);
  const ds = new Float64Array(close.length);
  for (let row = 0; row < ks.length; row += 1) {
    indicator.push(high[row] ?? NaN, low[row] ?? NaN, close[row] ?? NaN);
    ks[row] = indicator.k;
    ds[row] = indicator.d;
  }
  return newest(ks);
}

function directionalMovement(high: Float64Array, low: Float64Array, close: Float64Array): number {
  const indicator = new DirectionalMovement(14);
  const values = new Float64Array(close.length);
  for (let row = 0; row < values.length; row += 1) {
    indicator.push(high[row] ?? NaN, low[row] ?? NaN, close[row] ?? NaN);
    values[row] = indicator.adx;
  }
  return newest(values);
}

function rollingDeviation(close: Float64Array): number {
  const window = new RollingWindow(20);
  const values = new Float64Array(close.length);
  for (let row = 0; row < values.length; row += 1)
    values[row] = window.push(close[row] ?? NaN) ? window.deviation() : NaN;
  return newest(values);
}

process.stdout.write(`${JSON.stringify(main(process.argv.slice(2)))}\n`);
