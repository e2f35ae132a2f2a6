import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from '../../domain/generate/generator';

const CHUNK_ROWS = 100_000;
/** The first symbols of a generated universe that trade round the clock, so that a year holds its half million minutes. */
const SYMBOL_STEP = 4;

/** Writes one-minute bars of `symbols` markets that never close, a CSV file each, chunk by chunk. Returns the glob. */
export function writeMinuteBars(folder: string, bars: number, symbols: number): string {
  const settings = { symbolCount: SYMBOL_STEP * symbols, bars, timeframeMinutes: 1, seed: 11, signalStrength: 0.05 };
  for (let i = 0; i < symbols; i += 1) {
    const series = createGenerator({ ...settings, delistOne: false }, SYMBOL_STEP * i, CHUNK_ROWS);
    const file = openSync(join(folder, `${series.meta.symbol}.csv`), 'w');
    writeSync(file, 'time,open,high,low,close,volume\n');
    for (const { time, open, high, low, close, volume } of series.chunks()) {
      const lines = Array.from(time, (closeMs, row) => {
        const cells = [open, high, low, close, volume].map((column) => String(column[row]));
        return `${new Date(closeMs - 60_000).toISOString()},${cells.join(',')}\n`;
      });
      writeSync(file, lines.join(''));
    }
    closeSync(file);
  }
  return join(folder, '*.csv');
}
