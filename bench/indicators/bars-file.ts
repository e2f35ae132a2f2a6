import { writeFileSync } from 'node:fs';
import { concatBars } from '../../domain/core/bars';
import { createGenerator } from '../../domain/generate/generator';

/** Columns of the file, one after another, in doubles of this machine. */
export const BAR_ORDER = ['open', 'high', 'low', 'close', 'volume'] as const;

/** Generated bars as plain columns that NumPy reads as well: `np.fromfile(path).reshape(5, -1)`. */
export function writeBarsFile(path: string, rows: number): void {
  const settings = { symbolCount: 1, bars: rows, timeframeMinutes: 1, seed: 11, signalStrength: 0, delistOne: false };
  const bars = concatBars([...createGenerator(settings, 0).chunks()]);
  const all = new Float64Array(BAR_ORDER.length * rows);
  for (const [i, name] of BAR_ORDER.entries()) all.set(bars[name], i * rows);
  writeFileSync(path, new Uint8Array(all.buffer));
}
