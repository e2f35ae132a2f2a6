import type { Gap } from '../../../domain/core/ledger';
import { gapTimeline } from '../../../domain/clean/gap-timeline';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
/** A Monday, midnight UTC. */
const START_MS = Date.UTC(2024, 0, 1);

/** A pause from an hour of a week on, so many hours long, of bars of an hour. */
function gap(week: number, hour: number, hours: number): Gap {
  const fromMs = START_MS + week * WEEK_MS + hour * HOUR_MS;
  return { fromMs, toMs: fromMs + hours * HOUR_MS, missingBars: hours - 1 };
}

/** Friday 22:00 to Sunday 22:00, an hour longer in every fourth week. */
const weekends = Array.from({ length: 52 }, (_, week) => gap(week, 4 * 24 + 22, week % 4 === 0 ? 49 : 48));
const inOrder = (gaps: readonly Gap[]): Gap[] => [...gaps].sort((a, b) => a.fromMs - b.fromMs);
const timeline = (gaps: readonly Gap[], weeks = 52) => gapTimeline(inOrder(gaps), START_MS, START_MS + weeks * WEEK_MS);

describe('the timeline of gaps', () => {
  it('takes weekends for usual closures, summer time or not, and an outage for none', () => {
    const outage = gap(20, 30, 9);
    expect(timeline([...weekends, outage])).toEqual({ closures: 52, gapCount: 1, missingBars: 8, gaps: [outage] });
  });

  it('takes the weekends of both for usual closures where the hours of a market changed', () => {
    const changed = weekends.map((weekend, week) => (week < 10 ? gap(week, 4 * 24 + 21, 58) : weekend));
    expect(timeline(changed)).toMatchObject({ closures: 52, gapCount: 0, missingBars: 0, gaps: [] });
  });

  it('tells a weekend that lasts longer than the others, and a holiday on a trading day', () => {
    const long = gap(10, 4 * 24 + 22, 56);
    const holiday = gap(11, 24, 24);
    const found = timeline([...weekends.filter((_, week) => week !== 10), long, holiday]);
    expect(found.gaps).toEqual([long, holiday]);
    expect(found.closures).toBe(51);
  });

  it('does not take for the market’s hours what came less than every tenth week, or twice', () => {
    const five = Array.from({ length: 5 }, (_, i) => gap(i * 10, 30, 5));
    expect(timeline(five).gaps).toEqual(five);
    expect(timeline([...five, gap(1, 30, 5)]).closures).toBe(6);
    expect(timeline([gap(0, 30, 5), gap(1, 30, 5)], 2).closures).toBe(0);
  });

  it('keeps the two hundred longest of many, in the order of time, and counts all', () => {
    // Every length on its own: at most three between the same two days.
    const many = Array.from({ length: 260 }, (_, i) => gap(i * 12 + (i % 3), 12 * (i % 14), 40 + i));
    const found = gapTimeline(inOrder(many), START_MS, START_MS + 260 * 12 * WEEK_MS);
    expect(found.gapCount).toBe(260);
    expect(found.gaps).toHaveLength(200);
    expect(Math.min(...found.gaps.map(({ missingBars }) => missingBars))).toBe(40 + 60 - 1);
    expect(found.gaps).toEqual(inOrder(found.gaps));
  });

  it('of a series without gaps is empty', () => {
    expect(gapTimeline([], START_MS, START_MS)).toEqual({ closures: 0, gapCount: 0, missingBars: 0, gaps: [] });
  });
});
