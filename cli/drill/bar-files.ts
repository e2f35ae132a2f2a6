import { deriveSeed, randomFromSeed } from '../../domain/core/random';

const HOUR_MS = 3_600_000;
const BARS = 1500;

/** Hourly bars as they are written to a file, and what is known of them. */
export interface PlantedBars {
  readonly csv: string;
  readonly timeZone: string;
  /** Opening instants of the bars that are sound, ascending. */
  readonly openMs: readonly number[];
  /** Bars without a price. */
  readonly planted: number;
}

/** Bars that go on without a pause but for thirty in the midst, which have no price. */
export function barsWithHoles(): PlantedBars {
  const first = Date.UTC(2023, 0, 2);
  const all = Array.from({ length: BARS }, (_, i) => first + i * HOUR_MS);
  const isHole = (i: number): boolean => i >= 500 && i < 530;
  return {
    csv: csvOf(all, (ms) => new Date(ms).toISOString(), isHole),
    timeZone: 'UTC',
    openMs: all.filter((_, i) => !isHole(i)),
    planted: 30,
  };
}

/**
 * Bars in the local time of New York, whose clocks skip an hour on 2023-03-12 and show one twice on 2022-11-06, with a holiday
 * of four days.
 */
export function barsOfLocalZone(): PlantedBars {
  const timeZone = 'America/New_York';
  const fromMs = Date.UTC(2022, 9, 24);
  const isHoliday = (ms: number): boolean => ms >= Date.UTC(2022, 11, 23) && ms < Date.UTC(2022, 11, 27);
  const all = Array.from({ length: 3600 }, (_, i) => fromMs + i * HOUR_MS).filter((ms) => !isHoliday(ms));
  return { csv: csvOf(all, localStamps(timeZone), () => false), timeZone, openMs: all, planted: 0 };
}

/** `2023-03-12 01:00:00` as clocks of the zone show it. */
function localStamps(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (ms) => format.format(ms);
}

/** A seeded random walk, so that every drill writes the same bytes. */
function csvOf(openMs: readonly number[], stampOf: (ms: number) => string, isHole: (i: number) => boolean): string {
  const random = randomFromSeed(deriveSeed(11, 'drill bars', 0));
  let price = 100;
  const lines = openMs.map((ms, i) => {
    const open = price;
    const path = Array.from({ length: 6 }, () => (price *= 1 + (random.uniform() + random.uniform() - 1) * 0.004));
    const [high, low] = [Math.max(open, ...path), Math.min(open, ...path)];
    const prices = [isHole(i) ? 'NaN' : open.toFixed(4), ...[high, low, price].map((value) => value.toFixed(4))];
    return [stampOf(ms), ...prices, String(100 + Math.floor(random.uniform() * 900))].join(',');
  });
  return `${['time,open,high,low,close,volume', ...lines].join('\n')}\n`;
}
