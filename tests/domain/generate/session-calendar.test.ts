import { civilDateOf, dayNumberOf, weekdayOf } from '../../../domain/generate/civil-date';
import { FIRST_DAY_NUMBER } from '../../../domain/generate/bar-slots';
import { sessionOf } from '../../../domain/generate/session-calendar';
import type { MarketKind } from '../../../domain/generate/session-calendar';

const DAY_MS = 86_400_000;
const LAST_DAY = dayNumberOf({ year: 2040, month: 1, day: 1 });

/** Wall-clock text in a zone by the platform's time zone tables: an oracle that knows nothing of our rules. */
function wallClock(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (ms) => format.format(ms).replace(',', '');
}

function sessions(kind: MarketKind): { day: number; openMs: number; closeMs: number }[] {
  const found = [];
  for (let day = FIRST_DAY_NUMBER; day < LAST_DAY; day += 1) {
    const session = sessionOf(kind, day);
    if (session !== null) found.push({ day, ...session });
  }
  return found;
}

describe('civil dates', () => {
  it('agree with the platform for every day of four centuries', () => {
    for (let day = -80_000; day < 80_000; day += 1) {
      const date = new Date(day * DAY_MS);
      const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
      if (JSON.stringify(civilDateOf(day)) !== JSON.stringify(expected)) throw new Error(`day ${day} is misread`);
      if (dayNumberOf(expected) !== day || weekdayOf(day) !== date.getUTCDay()) throw new Error(`day ${day} is off`);
    }
    expect(civilDateOf(FIRST_DAY_NUMBER)).toEqual({ year: 2000, month: 1, day: 3 });
  });
});

describe('sessions, 2000 to 2039', () => {
  it.each([
    ['usEquity', 'America/New_York', '09:30', '16:00'],
    ['euEquity', 'Europe/Berlin', '09:00', '17:30'],
  ] as const)('%s keeps its hours on the clocks of %s', (kind, zone, open, close) => {
    const clock = wallClock(zone);
    const hours = new Set(sessions(kind).map(({ openMs, closeMs }) => `${clock(openMs)}-${clock(closeMs)}`));
    expect([...hours].sort()).toEqual(
      ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'].map((day) => `${day} ${open}-${day} ${close}`).sort(),
    );
  });

  it('foreign exchange runs from Sunday to Friday, 17:00 in New York, without a break in between', () => {
    const clock = wallClock('America/New_York');
    const all = sessions('fx');
    const hours = new Set(all.map(({ openMs, closeMs }) => `${clock(openMs)}-${clock(closeMs)}`));
    expect(hours.size).toBe(5);
    expect(hours).toContain('Sun 17:00-Mon 17:00');
    expect(hours).toContain('Thu 17:00-Fri 17:00');
    const pausesHours = new Set(all.slice(1).map(({ openMs }, i) => (openMs - all[i]!.closeMs) / 3_600_000));
    // None within the week; a weekend, or one an hour shorter or longer when the clocks change; a holiday.
    for (const pause of pausesHours) expect([0, 24, 47, 48, 49, 72]).toContain(pause);
    expect(pausesHours).toContain(0);
    expect(pausesHours).toContain(47);
    expect(pausesHours).toContain(49);
  });

  it('New York opens at 14:30 UTC in winter and 13:30 in summer, with the change in the right week', () => {
    const openMinuteUtc = (year: number, month: number, day: number): number => {
      const session = sessionOf('usEquity', dayNumberOf({ year, month, day }));
      return (session!.openMs % DAY_MS) / 60_000;
    };
    expect(openMinuteUtc(2021, 3, 12)).toBe(870);
    expect(openMinuteUtc(2021, 3, 15)).toBe(810);
    expect(openMinuteUtc(2021, 11, 5)).toBe(810);
    expect(openMinuteUtc(2021, 11, 8)).toBe(870);
  });

  it('crypto never closes; the others have no session on weekends, New Year and Christmas', () => {
    expect(sessions('crypto')).toHaveLength(LAST_DAY - FIRST_DAY_NUMBER);
    for (const { day } of [...sessions('usEquity'), ...sessions('fx')]) {
      const { month, day: dayOfMonth } = civilDateOf(day);
      expect(['1-1', '12-25']).not.toContain(`${month}-${dayOfMonth}`);
    }
  });
});
