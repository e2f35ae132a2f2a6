import type { FeatureDeclaration } from '../declaration';
import { at, floorModulo } from '../numeric';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 00:00 UTC, the first Monday of the epoch. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Time of day and of week as points on a circle, so that the end of one stands beside the start of the next. */
export const CALENDAR_FEATURES: readonly FeatureDeclaration[] = [
  cyclic('timeOfDaySin', Math.sin, 'sin', 'the UTC day', 0, DAY_MS),
  cyclic('timeOfDayCos', Math.cos, 'cos', 'the UTC day', 0, DAY_MS),
  cyclic('timeOfWeekSin', Math.sin, 'sin', 'the week since Monday 00:00 UTC', FIRST_MONDAY_MS, WEEK_MS),
  cyclic('timeOfWeekCos', Math.cos, 'cos', 'the week since Monday 00:00 UTC', FIRST_MONDAY_MS, WEEK_MS),
];

function cyclic(
  name: string,
  wave: (angle: number) => number,
  waveName: string,
  cycle: string,
  originMs: number,
  cycleMs: number,
): FeatureDeclaration {
  return {
    name,
    family: 'calendar',
    inputs: ['time'],
    warmUp: { kind: 'exact', bars: 0 },
    timeframe: 'base',
    definition: `${waveName}(2π × share of ${cycle} that has passed at the bar’s close)`,
    source: 'ours',
    create: () => ({
      push: (bars, row) => wave((2 * Math.PI * floorModulo(at(bars.time, row) - originMs, cycleMs)) / cycleMs),
    }),
  };
}
