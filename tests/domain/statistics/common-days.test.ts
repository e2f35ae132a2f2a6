import fc from 'fast-check';
import { commonDays } from '../../../domain/statistics/common-days';

const days = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => new Date((from + i) * 86_400_000).toISOString().slice(0, 10));

describe('the common days of trials', () => {
  it('a trial on other days is left out, a missing day is missing for all and never 0', () => {
    const all = days(0, 100);
    const whole = { dates: all, returns: all.map((_, i) => i) };
    const holed = { dates: all.filter((_, i) => i !== 7), returns: all.filter((_, i) => i !== 7).map(() => 1) };
    const elsewhere = { dates: days(50, 100), returns: days(50, 100).map(() => 9) };
    const found = commonDays(all, [whole, holed, elsewhere]);
    expect(found.returns).toHaveLength(2);
    expect(found.dates).toEqual(holed.dates);
    expect([...(found.returns[0] ?? [])]).toEqual(whole.returns.filter((value) => value !== 7));
  });

  it('every series is as long as the dates and has the return of each', () => {
    const trial = fc
      .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 60 })
      .map((chosen) => [...chosen].sort((a, b) => a - b))
      .map((chosen) => ({ dates: chosen.map((day) => days(day, 1)[0] ?? ''), returns: chosen.map((day) => day / 7) }));
    fc.assert(
      fc.property(trial, fc.array(trial, { maxLength: 5 }), (reference, others) => {
        const { dates, returns } = commonDays(reference.dates, [reference, ...others]);
        expect(returns.length).toBeGreaterThanOrEqual(1);
        for (const series of returns) {
          expect(series).toHaveLength(dates.length);
          for (const [i, date] of dates.entries()) expect(series[i]).toBeCloseTo(Date.parse(date) / 86_400_000 / 7, 12);
        }
      }),
    );
  });

  it('nothing is common with no days at all', () => {
    expect(commonDays([], [{ dates: [], returns: [] }])).toEqual({ dates: [], returns: [] });
  });
});
