import { createSharedColumns } from '../../../domain/features/shared-columns';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { emptyBars, ORDINARY_CONTEXT } from '../../support/feature-bars';

function valueAt(name: string, instant: string): number {
  const bars = emptyBars(1);
  bars.time[0] = Date.parse(instant);
  const feature = FEATURE_TABLE.find((declared) => declared.name === name)!;
  return feature.create(ORDINARY_CONTEXT, createSharedColumns()).fill(bars)[0]!;
}

describe('time of day and of week on a circle, UTC', () => {
  it.each([
    ['2024-03-31T00:00:00Z', 0, 1],
    ['2024-03-31T06:00:00Z', 1, 0],
    ['2024-03-31T12:00:00Z', 0, -1],
    ['1969-07-20T18:00:00Z', -1, 0],
    ['2024-03-31T02:00:00+02:00', 0, 1],
  ])('day at %s', (instant, sin, cos) => {
    expect(valueAt('timeOfDaySin', instant)).toBeCloseTo(sin, 12);
    expect(valueAt('timeOfDayCos', instant)).toBeCloseTo(cos, 12);
  });

  it.each([
    ['2024-02-01T00:00:00Z', 0, 1],
    ['2024-02-15T12:00:00Z', 0, -1],
    ['1969-12-08T18:00:00Z', 1, 0],
    ['2023-06-23T12:00:00Z', -1, 0],
  ])('month at %s', (instant, sin, cos) => {
    expect(valueAt('timeOfMonthSin', instant)).toBeCloseTo(sin, 12);
    expect(valueAt('timeOfMonthCos', instant)).toBeCloseTo(cos, 12);
  });

  it.each([
    ['2024-04-01T00:00:00Z', 0, 1],
    ['1969-12-29T00:00:00Z', 0, 1],
    ['2024-04-02T18:00:00Z', 1, 0],
    ['2024-04-04T12:00:00Z', 0, -1],
    ['2024-04-06T06:00:00Z', -1, 0],
  ])('week, from Monday, at %s', (instant, sin, cos) => {
    expect(valueAt('timeOfWeekSin', instant)).toBeCloseTo(sin, 12);
    expect(valueAt('timeOfWeekCos', instant)).toBeCloseTo(cos, 12);
  });
});
