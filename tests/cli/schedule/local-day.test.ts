import { localDay, nextDay, startOfDayMs } from '../../../cli/schedule/local-day';

describe('the days of a time zone', () => {
  it.each([
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00Z'],
    ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
    // Its clocks go from 24:00 to 01:00: the day has no midnight.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00Z'],
    ['2026-01-01', 'UTC', '2026-01-01T00:00:00Z'],
  ])('%s begins in %s at %s', (day, zone, instant) => {
    const start = startOfDayMs(day, zone);
    expect(new Date(start)).toEqual(new Date(instant));
    expect(localDay(start, zone)).toBe(day);
    expect(localDay(start - 1, zone) < day).toBe(true);
  });

  it('follow one another, over the end of a year too', () => {
    expect(nextDay('2026-12-31')).toBe('2027-01-01');
    expect(nextDay('2028-02-28')).toBe('2028-02-29');
  });

  it('are nowhere but in a zone that there is', () => {
    expect(() => localDay(0, 'Mars/Olympus')).toThrow(RangeError);
    expect(() => startOfDayMs('2026-01-01', 'Mars/Olympus')).toThrow(/Mars\/Olympus/);
  });
});
