import { DAY_MS } from '../../core/durations';
import type { FeatureDeclaration } from '../declaration';
import { Lag } from '../indicators/lag';
import { Scratch } from '../indicators/scratch';
import { at, floorModulo } from '../numeric';
import { baseFeature } from './declare';

const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 00:00 UTC, the first Monday of the epoch. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/**
 * Time of day, week and month as points on a circle, so that the end of one stands beside the start of the next, and the
 * pause before the bar. Not the time of year: over a few years it is little more than a date to learn by heart.
 */
export const CALENDAR_FEATURES: readonly FeatureDeclaration[] = [
  cyclic('timeOfDaySin', Math.sin, 'sin', 'the UTC day', () => shareOfDay),
  cyclic('timeOfDayCos', Math.cos, 'cos', 'the UTC day', () => shareOfDay),
  cyclic('timeOfWeekSin', Math.sin, 'sin', 'the week since Monday 00:00 UTC', () => shareOfWeek),
  cyclic('timeOfWeekCos', Math.cos, 'cos', 'the week since Monday 00:00 UTC', () => shareOfWeek),
  cyclic('timeOfMonthSin', Math.sin, 'sin', 'the UTC month', createShareOfMonth),
  cyclic('timeOfMonthCos', Math.cos, 'cos', 'the UTC month', createShareOfMonth),
  baseFeature(
    'calendar',
    'window',
    ['time'],
    {
      name: 'pauseBefore',
      firstBar: 1,
      definition:
        'ln(time since the bar before / timeframe): 0 within a session, about 4 after a weekend of hourly bars',
      source: 'French 1980',
    },
    (_, { timeframeMs }) => {
      const [earlier, scratch] = [new Lag(1), new Scratch()];
      return ({ time }) => {
        const before = earlier.fill(time);
        const pauses = scratch.of(time.length);
        for (let i = 0; i < pauses.length; i += 1) {
          const pause = (at(time, i) - at(before, i)) / timeframeMs;
          pauses[i] = pause > 0 ? Math.log(pause) : NaN;
        }
        return pauses;
      };
    },
  ),
];

function cyclic(
  name: string,
  wave: (angle: number) => number,
  waveName: string,
  cycle: string,
  createAngle: () => (time: number) => number,
): FeatureDeclaration {
  const definition = `${waveName}(2π × share of ${cycle} that has passed at the bar’s close)`;
  return baseFeature('calendar', 'window', ['time'], { name, firstBar: 0, definition, source: 'ours' }, () => {
    const [angleAt, scratch] = [createAngle(), new Scratch()];
    return ({ time }) => {
      const values = scratch.of(time.length);
      for (let i = 0; i < values.length; i += 1) values[i] = wave(angleAt(at(time, i)));
      return values;
    };
  });
}

function shareOfDay(time: number): number {
  return (2 * Math.PI * floorModulo(time, DAY_MS)) / DAY_MS;
}

function shareOfWeek(time: number): number {
  return (2 * Math.PI * floorModulo(time - FIRST_MONDAY_MS, WEEK_MS)) / WEEK_MS;
}

/** Looks the month up only where the last one has ended: that costs more than all the rest. */
function createShareOfMonth(): (time: number) => number {
  let start = NaN;
  let end = NaN;
  return (time) => {
    if (!(time >= start && time < end)) {
      const date = new Date(time);
      start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
      end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    }
    return (2 * Math.PI * (time - start)) / (end - start);
  };
}
