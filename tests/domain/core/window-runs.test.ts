import * as fc from 'fast-check';
import { windowSeries, type WindowRules } from '../../../domain/core/window-runs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RULES: WindowRules = { timeframeMs: HOUR, gapBars: 3, maxClosureDays: 4 };
const MONDAY = Date.UTC(2024, 0, 1);

/** Run lengths of bars at these instants, with one feature that is never missing. */
function runs(time: readonly number[], rules = RULES): number[] {
  const features = { data: new Float64Array(time.length).fill(1), rows: time.length, columns: 1 };
  return [...windowSeries(features, Float64Array.from(time), rules).runLength];
}

/** Bars at 14:00 to 20:00 of every weekday. */
function sessionDays(days: number): number[] {
  return Array.from({ length: days }, (_, d) => MONDAY + d * DAY)
    .filter((day) => ![0, 6].includes(new Date(day).getUTCDay()))
    .flatMap((day) => Array.from({ length: 7 }, (_, h) => day + (14 + h) * HOUR));
}

/** Rows at which a run begins. */
function cuts(lengths: readonly number[]): number[] {
  return lengths.flatMap((length, row) => (length === 1 ? [row] : []));
}

describe('runs of rows that windows may cover', () => {
  it('count up, and begin anew behind a missing, infinite or too large feature', () => {
    const data = Float64Array.of(1, 1, 1, NaN, 1, 1, Infinity, 1, 1, 1, 1e39, 1, 1, 1);
    const time = Float64Array.from({ length: 7 }, (_, i) => i * HOUR);
    const series = windowSeries({ data, rows: 7, columns: 2 }, time, RULES);
    expect([...series.runLength]).toEqual([1, 0, 1, 0, 1, 0, 1]);
    expect([...series.features]).toEqual([1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1]);
  });

  it('allow pauses up to the gap, and none longer', () => {
    expect(runs([0, 1, 4, 5].map((h) => h * HOUR))).toEqual([1, 2, 3, 4]);
    expect(runs([0, 1, 4.001, 5].map((h) => h * HOUR))).toEqual([1, 2, 1, 2]);
  });

  it('go across nights and weekends once three closings have been seen', () => {
    expect(cuts(runs(sessionDays(21)))).toEqual([0, 7, 14, 21]);
  });

  it('go on across daylight saving, which moves the closing by an hour', () => {
    const days = sessionDays(14);
    const moved = days.map((time) => (time > MONDAY + 7 * DAY ? time + HOUR : time));
    expect(cuts(runs(moved))).toEqual([0, 7, 14, 21]);
  });

  it('are cut by a hole inside a session, and by a closing that lasts too long', () => {
    const days = sessionDays(14);
    const holed = days.filter((_, row) => row < 45 || row > 47);
    expect(cuts(runs(holed))).toEqual([0, 7, 14, 21, 45]);
    const long = days.map((time, row) => (row >= 42 ? time + 4 * DAY : time));
    expect(cuts(runs(long))).toEqual([0, 7, 14, 21, 42]);
  });

  it('are cut by every hole of a series that trades around the clock, however many there are', () => {
    const holesAt = Array.from({ length: 60 }, (_, i) => 50 + i * 37);
    const time = Array.from({ length: 2400 }, (_, h) => h)
      .filter((h) => !holesAt.some((at) => h >= at && h < at + 5))
      .map((h) => h * HOUR);
    expect(cuts(runs(time))).toHaveLength(61);
  });

  it('learn a new closing time, and forget the old one', () => {
    const days = sessionDays(120);
    const moved = days.map((time) => (time > MONDAY + 60 * DAY ? time - 5 * HOUR : time));
    const isMoved = (row: number): boolean => moved[row] !== days[row];
    const late = cuts(runs(moved)).filter(isMoved);
    expect(late.length).toBeGreaterThan(3);
    expect(late.length).toBeLessThan(20);
    const back = [...moved, ...sessionDays(10).map((time) => time + 126 * DAY)];
    expect(cuts(runs(back)).filter((row) => row >= moved.length).length).toBeGreaterThan(3);
  });

  it('know closings around midnight', () => {
    const nights = Array.from({ length: 10 }, (_, d) => d * DAY + (d % 2 === 0 ? 0 : HOUR / 2) - HOUR / 4);
    const time = nights.flatMap((night) => Array.from({ length: 18 }, (_, h) => night - (17 - h) * HOUR));
    expect(cuts(runs(time))).toEqual([0, 18, 36, 54]);
  });

  it('begin anew where another series begins, which knows no closing of the one before', () => {
    const time = sessionDays(12);
    const features = { data: new Float64Array(2 * time.length).fill(1), rows: 2 * time.length, columns: 1 };
    const twice = Float64Array.of(...time, ...time);
    const apart = windowSeries(features, twice, RULES, [time.length]);
    expect([...apart.runLength]).toEqual([...runs(time), ...runs(time)]);
    // Time runs backwards there, so no pause would tell.
    expect(windowSeries(features, twice, RULES).runLength[time.length]).toBeGreaterThan(1);
  });

  it('depend on earlier bars only', () => {
    const pause = fc.oneof(
      { weight: 6, arbitrary: fc.constant(1) },
      { weight: 2, arbitrary: fc.constant(17) },
      { weight: 1, arbitrary: fc.double({ min: 0.5, max: 120, noNaN: true }) },
    );
    const value = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(NaN) });
    const series = fc.array(fc.tuple(pause, value), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(series, fc.nat(), (steps, at) => {
        let now = MONDAY;
        const time = Float64Array.from(steps, ([hours]) => (now += hours * HOUR));
        const data = Float64Array.from(steps, ([, feature]) => feature);
        const cut = at % steps.length;
        const whole = windowSeries({ data, rows: steps.length, columns: 1 }, time, RULES);
        const prefix = windowSeries({ data: data.slice(0, cut), rows: cut, columns: 1 }, time.slice(0, cut), RULES);
        expect(prefix.runLength).toEqual(whole.runLength.slice(0, cut));
        expect(prefix.features).toEqual(whole.features.slice(0, cut));
      }),
    );
  });
});
