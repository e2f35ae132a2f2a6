import { planBoundaries } from '../../../domain/splits/plan-boundaries';
import { DEFAULT_CONFIG } from '../../../shared/contracts/config/defaults';
import type { SplitSettings } from '../../../domain/splits/settings';
import { DAY_MS, dailyTimes, HOUR_MS, MONDAY_MS, SETTINGS } from './support';

const WALK: SplitSettings = { ...SETTINGS, scheme: 'walkForward' };

function partsOf(time: Float64Array, settings: SplitSettings) {
  const planned = planBoundaries(time, settings);
  if (!planned.ok) throw new Error(planned.fault.message);
  return planned.value;
}

function refusal(time: Float64Array, settings: SplitSettings): string {
  const planned = planBoundaries(time, settings);
  expect(planned).toMatchObject({ ok: false, fault: { code: 'InvalidSplits' } });
  return planned.ok ? '' : planned.fault.message;
}

describe('holdout', () => {
  it('cuts 20 rows at 60/20/20 and halves the validation part', () => {
    expect(partsOf(dailyTimes(20), SETTINGS)).toEqual([
      { id: 'f0', parts: { train: [[0, 12]], stopping: [[12, 14]], choosing: [[14, 16]], test: [[16, 20]] } },
    ]);
  });

  it('comes out as the documented twelve-row example', () => {
    const settings = { ...SETTINGS, holdout: { train: 1 / 2, validation: 1 / 3, test: 1 / 6 } };
    expect(partsOf(dailyTimes(12), settings)[0]?.parts).toEqual({
      train: [[0, 6]],
      stopping: [[6, 8]],
      choosing: [[8, 10]],
      test: [[10, 12]],
    });
  });

  it('halves the validation part in time, not in rows', () => {
    // Rows 12 … 15 close at hours 0, 1, 2 and 10 of the part: its middle is hour 5.
    const time = dailyTimes(20);
    for (const [row, hour] of [[12, 0], [13, 1], [14, 2], [15, 10]] as const) time[row] = time[11]! + (1 + hour) * HOUR_MS; // prettier-ignore
    expect(partsOf(time, SETTINGS)[0]?.parts).toMatchObject({ stopping: [[12, 15]], choosing: [[15, 16]] });
  });

  it('takes shares whose sum is one only up to rounding', () => {
    expect(partsOf(dailyTimes(20), { ...SETTINGS, holdout: { train: 0.7, validation: 0.2, test: 0.1 } })).toHaveLength(
      1,
    );
  });

  it('follows the configuration of a run', () => {
    expect(partsOf(dailyTimes(1000), DEFAULT_CONFIG.splits)[0]?.parts.test).toEqual([[800, 1000]]);
  });
});

describe('anchored walk-forward', () => {
  it('places each part by days from the first bar', () => {
    // 10 days of training, 3 + 3 of validation, 4 of test; then 14 of training, and so on. 28 rows end with fold 2's test.
    expect(partsOf(dailyTimes(28), WALK)).toEqual([
      { id: 'f0', parts: { train: [[0, 10]], stopping: [[10, 13]], choosing: [[13, 16]], test: [[16, 20]] } },
      { id: 'f1', parts: { train: [[0, 14]], stopping: [[14, 17]], choosing: [[17, 20]], test: [[20, 24]] } },
      { id: 'f2', parts: { train: [[0, 18]], stopping: [[18, 21]], choosing: [[21, 24]], test: [[24, 28]] } },
    ]);
  });

  it('counts days, not rows: a pause in the bars moves no boundary', () => {
    const withPause = dailyTimes(28).filter((_, row) => row < 3 || row > 7);
    expect(partsOf(withPause, WALK)[0]?.parts).toEqual({
      train: [[0, 5]],
      stopping: [[5, 8]],
      choosing: [[8, 11]],
      test: [[11, 15]],
    });
  });

  it('halves the validation part at the middle of its days', () => {
    const time = dailyTimes(28).filter((_, row) => row < 10 || row > 11);
    expect(partsOf(time, WALK)[0]?.parts).toMatchObject({ stopping: [[10, 11]], choosing: [[11, 14]] });
  });

  it('keeps a shorter last test part of at least minPartRows rows, and leaves out a fold below that', () => {
    expect(partsOf(dailyTimes(26), { ...WALK, minPartRows: 2 }).map((fold) => fold.parts.test)).toEqual([
      [[16, 20]],
      [[20, 24]],
      [[24, 26]],
    ]);
    expect(partsOf(dailyTimes(26), { ...WALK, minPartRows: 3 })).toHaveLength(2);
    expect(partsOf(dailyTimes(25), { ...WALK, minPartRows: 1 })).toHaveLength(3);
    expect(partsOf(dailyTimes(24), { ...WALK, minPartRows: 1 })).toHaveLength(2);
  });
});

describe('impossible settings', () => {
  it('names shares that do not sum to one', () => {
    expect(refusal(dailyTimes(50), { ...SETTINGS, holdout: { train: 0.6, validation: 0.3, test: 0.2 } })).toMatch(
      /train 0\.6, validation 0\.3, test 0\.2 \(sum 1\.1/,
    );
    expect(refusal(dailyTimes(50), { ...SETTINGS, holdout: { train: 1.2, validation: -0.4, test: 0.2 } })).toContain(
      '1.2',
    );
  });

  it('names lengths, embargo and least rows that cannot be, all at once', () => {
    const message = refusal(dailyTimes(50), {
      ...WALK,
      walkForward: { window: 'anchored', firstTrainDays: 0, validationDays: NaN, testDays: -4 },
      embargoDays: -1,
      minPartRows: 0,
    });
    expect(message).toMatch(
      /embargoDays.*was -1.*minPartRows.*was 0.*firstTrainDays.*was 0.*was NaN.*testDays.*was -4/,
    );
  });

  it('names the part that is too small, its rows, the least and the settings', () => {
    const message = refusal(dailyTimes(20), { ...SETTINGS, minPartRows: 3 });
    expect(message).toMatch(
      /stopping part of fold f0 has 2 rows.*20.*minPartRows 3.*train 0\.6, validation 0\.2, test 0\.2/,
    );
    const paused = Float64Array.from(dailyTimes(40)).filter((_, row) => row < 20 || row > 24);
    expect(refusal(paused, { ...WALK, minPartRows: 2 })).toMatch(/test part of fold f1 has 0 rows.*testDays 4/);
  });

  it('says what a series too short for one fold would need', () => {
    expect(refusal(dailyTimes(16), WALK)).toMatch(/spans 15\.0 days \(16 bars\).*needs 16 days/);
    expect(refusal(new Float64Array(0), WALK)).toContain('no bars');
    expect(refusal(Float64Array.of(MONDAY_MS, MONDAY_MS + DAY_MS), SETTINGS)).toContain('part of fold f0 has 0 rows');
  });
});
