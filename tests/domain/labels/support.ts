import fc from 'fast-check';
import { sliceBars, type BarColumns } from '../../../domain/core/bars';
import { LABEL_OUTCOMES, type LabelColumns } from '../../../domain/core/labels';
import { createLabelKernel } from '../../../domain/labels/label-kernel';
import type { LabelSettings, TieRule, TimeoutRule } from '../../../domain/labels/settings';

export type Ohlc = readonly [open: number, high: number, low: number, close: number];

export const MINUTE_MS = 60_000;

/** Bars one minute apart; bar i closes at minute i + 1. */
export function barsOf(rows: readonly Ohlc[]): BarColumns {
  return {
    time: Float64Array.from(rows, (_, i) => (i + 1) * MINUTE_MS),
    open: Float64Array.from(rows, (row) => row[0]),
    high: Float64Array.from(rows, (row) => row[1]),
    low: Float64Array.from(rows, (row) => row[2]),
    close: Float64Array.from(rows, (row) => row[3]),
    volume: new Float64Array(rows.length).fill(1),
  };
}

/** Labels of the whole series, given to the kernel in chunks that begin at the named rows. */
export function labelBars(bars: BarColumns, settings: LabelSettings, cuts: readonly number[] = []): LabelColumns {
  const created = createLabelKernel(settings);
  if (!created.ok) throw new Error(created.fault.message);
  const edges = [0, ...cuts.filter((cut) => cut <= bars.time.length).sort((a, b) => a - b), bars.time.length];
  const parts: LabelColumns[] = [];
  for (let i = 0; i + 1 < edges.length; i += 1)
    parts.push(created.value.push(sliceBars(bars, edges[i]!, edges[i + 1]!)));
  parts.push(created.value.finish());
  return joinLabels(parts);
}

export function joinLabels(parts: readonly LabelColumns[]): LabelColumns {
  const floats = (name: 'time' | 't1' | 'entry' | 'exit' | 'atr' | 'returnAtr'): Float64Array =>
    Float64Array.from(parts.flatMap((part) => [...part[name]]));
  const bytes = (name: 'outcome' | 'classIndex'): Int8Array => Int8Array.from(parts.flatMap((part) => [...part[name]]));
  return {
    time: floats('time'),
    t1: floats('t1'),
    t1Row: Int32Array.from(parts.flatMap((part) => [...part.t1Row])),
    outcome: bytes('outcome'),
    classIndex: bytes('classIndex'),
    entry: floats('entry'),
    exit: floats('exit'),
    atr: floats('atr'),
    returnAtr: floats('returnAtr'),
  };
}

export function outcomeNames(labels: LabelColumns): string[] {
  const names = new Map<number, string>(Object.entries(LABEL_OUTCOMES).map(([name, value]) => [value, name]));
  return [...labels.outcome].map((value) => names.get(value) ?? `unknown ${value}`);
}

export const COLUMN_NAMES = [
  'time',
  't1',
  't1Row',
  'outcome',
  'classIndex',
  'entry',
  'exit',
  'atr',
  'returnAtr',
] as const satisfies readonly (keyof LabelColumns)[];

/** The bytes of one row, column by column. */
export function rowBytes(labels: LabelColumns, row: number): string {
  return COLUMN_NAMES.map((name) => {
    const cell = labels[name].slice(row, row + 1);
    return Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('hex');
  }).join(' ');
}

/** Clean bars at whole prices between about 100 and 300, with jumps from close to open and runs without any range. */
export function ohlcArbitrary(maxLength: number): fc.Arbitrary<BarColumns> {
  const step = fc.record({
    jump: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }) }),
    body: fc.integer({ min: -4, max: 4 }),
    above: fc.integer({ min: 0, max: 3 }),
    below: fc.integer({ min: 0, max: 3 }),
  });
  return fc.array(step, { minLength: 1, maxLength }).map((steps) => {
    let close = 200;
    const rows = steps.map(({ jump, body, above, below }): Ohlc => {
      const open = Math.min(300, Math.max(100, close + jump));
      close = Math.min(300, Math.max(100, open + body));
      return [open, Math.max(open, close) + above, Math.min(open, close) - below, close];
    });
    return barsOf(rows);
  });
}

export const settingsArbitrary: fc.Arbitrary<LabelSettings> = fc.record({
  bars: fc.integer({ min: 1, max: 12 }),
  upAtr: fc.constantFrom(0.5, 1, 1.5, 2, 4),
  downAtr: fc.constantFrom(0.5, 1, 1.5, 2, 4),
  // Whole prices, a period of 2 and dyadic multiples keep every sum exact, so that equality means equality.
  atrPeriod: fc.constant(2),
  timeouts: fc.constantFrom<TimeoutRule>('class', 'sign', 'drop'),
  minReturnBps: fc.constantFrom(0, 0, 120, 250),
  tieRule: fc.constantFrom<TieRule>('noSide', { side: 1 }, { side: -1 }),
});
