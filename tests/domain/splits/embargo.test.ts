import { planBoundaries } from '../../../domain/splits/plan-boundaries';
import { checkEmbargo, embargoByMemory, longestTestDays, tradingDays } from '../../../domain/splits/embargo';
import type { SplitSettings } from '../../../domain/splits/settings';
import { dailyTimes, HOUR_MS, MONDAY_MS, SETTINGS } from './support';

const CPCV: SplitSettings = { ...SETTINGS, scheme: 'cpcv' };

function planned(time: Float64Array) {
  const found = planBoundaries(time, CPCV);
  if (!found.ok) throw new Error(found.fault.message);
  return found.value;
}

describe('trading days', () => {
  it('are dates on which bars close', () => {
    const hourly = Float64Array.from({ length: 60 }, (_, i) => MONDAY_MS + i * HOUR_MS);
    expect(tradingDays(hourly, [0, 60])).toBe(3);
    expect(tradingDays(hourly, [23, 25])).toBe(2);
    expect(tradingDays(hourly, [5, 5])).toBe(0);
    expect(tradingDays(dailyTimes(20), [3, 9])).toBe(6);
  });
});

describe('an embargo', () => {
  const time = dailyTimes(100);
  // A prologue of 20 rows, then five groups of 16.
  it('may be as long as a fold, and not longer: one sentence says so', () => {
    expect(longestTestDays(time, planned(time))).toBe(16);
    expect(checkEmbargo(time, planned(time), 16)).toEqual({ ok: true, value: 16 });
    const refused = checkEmbargo(time, planned(time), 16.5);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'InvalidSplits' } });
    expect(refused.ok ? '' : refused.fault.message).toMatch(
      /^An embargo of 16\.5 trading days is longer than a fold: the longest test part has 16; /,
    );
  });

  it('by autocorrelation is as long as the features remember, and at least the configured one', () => {
    const measured = { meanAutocorrelation: 0.08, threshold: 0.1 };
    expect(embargoByMemory({ ...measured, days: 7 }, 2, 16)).toEqual({ ok: true, value: 7 });
    expect(embargoByMemory({ ...measured, days: 1 }, 2, 16)).toEqual({ ok: true, value: 2 });
    const refused = embargoByMemory({ days: null, meanAutocorrelation: 0.41, threshold: 0.1 }, 2, 16);
    expect(refused.ok ? '' : refused.fault.message).toMatch(
      /would be longer than a fold: 16 trading days on, .* still 0\.41 \(wanted: below 0\.10\)/,
    );
  });
});
