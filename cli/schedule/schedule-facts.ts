import type { ScheduleDescription, ScheduleOverlapPolicy } from '@temporalio/client';
import { isPlainObject } from '../../shared/contracts/plain-object';
import type { Schedule, Weekday } from '../../shared/contracts/schedule';
import { WEEKDAYS, daysOf } from '../../shared/contracts/schedule';
import { STORE_ID_MEMO } from '../../shared/names/messages';
import { QUEUES, WORKFLOWS } from '../../shared/names/queues';
import { OVERLAP_POLICIES } from './schedule-options';

/** What can be said of a schedule, name by name: of one that is wanted and of one that the server has, to be compared. */
export type ScheduleFacts = Readonly<Record<string, string>>;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The facts of a schedule that is wanted, in the words of its document. */
export function wantedFacts(schedule: Schedule, storeId: string): ScheduleFacts {
  const { at, days, timeZone, skip, jitterMinutes, overlap, catchUpHours, pauseOnFailure, retrain } = schedule;
  return {
    at,
    days: (daysOf(days) ?? []).join(','),
    timeZone,
    skip: [...skip].sort().join(','),
    jitterMinutes: String(Math.round(jitterMinutes * MINUTE_MS) / MINUTE_MS),
    overlap,
    catchUpHours: String(Math.round(catchUpHours * HOUR_MS) / HOUR_MS),
    pauseOnFailure: String(pauseOnFailure),
    workflow: WORKFLOWS.dailyRetrain,
    taskQueue: QUEUES.control,
    store: storeId,
    ...flattened('retrain', retrain),
  };
}

/** The facts of a schedule of the server; one that was edited elsewhere may say things that no document of ours says. */
export function actualFacts({ spec, action, policies }: ScheduleDescription): ScheduleFacts {
  const [calendar] = spec.calendars ?? [];
  const isOurs = spec.calendars?.length === 1 && (spec.intervals ?? []).length === 0 && spec.startAt === undefined;
  const time = [calendar?.hour[0]?.start, calendar?.minute[0]?.start].map((part) => String(part ?? 0).padStart(2, '0'));
  return {
    at: isOurs && spec.endAt === undefined ? time.join(':') : 'edited elsewhere',
    days: weekdays(calendar?.dayOfWeek ?? []).join(','),
    timeZone: spec.timezone ?? 'UTC',
    skip: (spec.skip ?? []).map(dayOf).sort().join(','),
    jitterMinutes: String((spec.jitter ?? 0) / MINUTE_MS),
    overlap: overlapName(policies.overlap),
    catchUpHours: String(policies.catchupWindow / HOUR_MS),
    pauseOnFailure: String(policies.pauseOnFailure),
    workflow: action.workflowType,
    taskQueue: action.taskQueue,
    store: textOf(action.memo?.[STORE_ID_MEMO]),
    ...flattened('retrain', (action.args as readonly unknown[] | undefined)?.[0] ?? {}),
  };
}

/** What differs, a line each: `at: 22:30 → 23:00`. */
export function differences(actual: ScheduleFacts, wanted: ScheduleFacts): readonly string[] {
  const names = [...new Set([...Object.keys(actual), ...Object.keys(wanted)])];
  return names
    .filter((name) => actual[name] !== wanted[name])
    .map((name) => `${name}: ${shown(actual[name])} → ${shown(wanted[name])}`);
}

function shown(value: string | undefined): string {
  return value === undefined || value === '' ? 'none' : value;
}

function overlapName(policy: ScheduleOverlapPolicy | undefined): string {
  return Object.entries(OVERLAP_POLICIES).find(([, known]) => known === policy)?.[0] ?? String(policy);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface NamedRange {
  readonly start: string;
  readonly end: string;
}

function weekdays(ranges: readonly NamedRange[]): readonly Weekday[] {
  const indexOf = (name: string): number => WEEKDAYS.findIndex((day) => name.toLowerCase().startsWith(day));
  const named = ranges.flatMap(({ start, end }) => {
    const [from, to] = [indexOf(start), indexOf(end)];
    return WEEKDAYS.filter((_, i) => i >= from && i <= to);
  });
  return WEEKDAYS.filter((day) => named.includes(day));
}

interface DayCalendar {
  readonly year: readonly { readonly start: number }[];
  readonly month: readonly { readonly start: string }[];
  readonly dayOfMonth: readonly { readonly start: number }[];
}

function dayOf({ year, month, dayOfMonth }: DayCalendar): string {
  const monthNumber = new Date(`${month[0]?.start ?? 'JANUARY'} 1, 2000 UTC`).getUTCMonth() + 1;
  const parts = [year[0]?.start ?? 0, monthNumber, dayOfMonth[0]?.start ?? 0];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

function flattened(path: string, value: unknown): Record<string, string> {
  if (!isPlainObject(value)) return { [path]: typeof value === 'string' ? value : JSON.stringify(value) };
  return Object.entries(value).reduce<Record<string, string>>(
    (all, [key, inner]) => ({ ...all, ...flattened(`${path}.${key}`, inner) }),
    {},
  );
}
