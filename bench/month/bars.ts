import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from '../../domain/generate/generator';

const DAY_MS = 86_400_000;
const BARS = 3_000;
/** Markets that never close, so that every day has bars until its evening. */
const SYMBOL_INDEXES = [0, 4];

/** Hourly bars of two symbols with a weak planted signal, until after the last of the days: a file each. */
export function writeMonthBars(folder: string, days: readonly string[]): readonly string[] {
  const endMs = Date.parse(`${days.at(-1) ?? ''}T00:00:00Z`) + 3 * DAY_MS;
  return SYMBOL_INDEXES.map((index) => {
    const settings = {
      symbolCount: 8,
      bars: BARS,
      timeframeMinutes: 60,
      seed: 11,
      signalStrength: 0.3,
      delistOne: false,
    };
    const series = createGenerator(settings, index);
    const [bars] = series.chunks();
    if (bars === undefined) throw new Error('the generator gave no bars');
    const shiftMs = endMs - (bars.time.at(-1) ?? 0);
    const rows = Array.from(bars.time, (closeMs, i) =>
      [
        new Date(closeMs + shiftMs).toISOString(),
        ...[bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) => String(column[i])),
      ].join(','),
    );
    const path = join(folder, `${series.meta.symbol}.csv`);
    writeFileSync(path, `${['time,open,high,low,close,volume', ...rows].join('\n')}\n`);
    return path;
  });
}
