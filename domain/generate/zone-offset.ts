import { civilDateOf, lastSundayOf, nthSundayOf } from './civil-date';

/** The zones in which generated markets keep their hours. */
export type MarketZone = 'UTC' | 'America/New_York' | 'Europe/Berlin';

const HOUR_MS = 3_600_000;

/**
 * Local wall-clock time minus UTC, in milliseconds (New York in winter: -5 h), on a local date once the night’s change of
 * the clocks is over. Sessions start and end outside the nights in which clocks change, so a date is enough.
 *
 * Rules: United States since 2007 second Sunday of March to first Sunday of November, before (1987-2006) first Sunday of
 * April to last Sunday of October; European Union since 1996 last Sunday of March to last Sunday of October.
 */
export function zoneOffsetMs(zone: MarketZone, localDayNumber: number): number {
  switch (zone) {
    case 'UTC':
      return 0;
    case 'America/New_York':
      return (isUsSummerTime(localDayNumber) ? -4 : -5) * HOUR_MS;
    case 'Europe/Berlin':
      return (isEuSummerTime(localDayNumber) ? 2 : 1) * HOUR_MS;
  }
}

function isUsSummerTime(localDayNumber: number): boolean {
  const { year } = civilDateOf(localDayNumber);
  const starts = year >= 2007 ? nthSundayOf(year, 3, 2) : nthSundayOf(year, 4, 1);
  const ends = year >= 2007 ? nthSundayOf(year, 11, 1) : lastSundayOf(year, 10);
  return localDayNumber >= starts && localDayNumber < ends;
}

function isEuSummerTime(localDayNumber: number): boolean {
  const { year } = civilDateOf(localDayNumber);
  return localDayNumber >= lastSundayOf(year, 3) && localDayNumber < lastSundayOf(year, 10);
}
