import type { CalendarSpec, ScheduleOptions, ScheduleOptionsStartWorkflowAction, Workflow } from '@temporalio/client';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Overlap, Schedule, Weekday } from '../../shared/contracts/schedule';
import { daysOf } from '../../shared/contracts/schedule';
import { STORE_ID_MEMO } from '../../shared/names/messages';
import { QUEUES, WORKFLOWS } from '../../shared/names/queues';

export const OVERLAP_POLICIES: Readonly<Record<Overlap, ScheduleOverlapPolicy>> = {
  skip: ScheduleOverlapPolicy.SKIP,
  bufferOne: ScheduleOverlapPolicy.BUFFER_ONE,
  bufferAll: ScheduleOverlapPolicy.BUFFER_ALL,
  allowAll: ScheduleOverlapPolicy.ALLOW_ALL,
};

const DAY_NAMES = {
  sun: 'SUNDAY',
  mon: 'MONDAY',
  tue: 'TUESDAY',
  wed: 'WEDNESDAY',
  thu: 'THURSDAY',
  fri: 'FRIDAY',
  sat: 'SATURDAY',
} as const satisfies Record<Weekday, string>;

const MONTHS = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

type RetrainOptions = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

/** A schedule in the words of the Temporal server; it starts retrains that read and write the store `storeId`. */
export function scheduleOptions(schedule: Schedule, storeId: string): RetrainOptions {
  const { id, at, days, timeZone, skip, jitterMinutes, overlap, catchUpHours, pauseOnFailure, note, retrain } =
    schedule;
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  return {
    scheduleId: id,
    spec: {
      calendars: [{ hour, minute, dayOfWeek: (daysOf(days) ?? []).map((day) => DAY_NAMES[day]) }],
      skip: skip.map(wholeDay),
      jitter: Math.round(jitterMinutes * MINUTE_MS),
      timezone: timeZone,
    },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOWS.dailyRetrain,
      workflowId: id,
      taskQueue: QUEUES.control,
      args: [retrain],
      memo: { [STORE_ID_MEMO]: storeId },
      staticSummary: `retrain of the set ${retrain.set}`,
    },
    policies: {
      overlap: OVERLAP_POLICIES[overlap],
      catchupWindow: Math.round(catchUpHours * HOUR_MS),
      pauseOnFailure,
    },
    state: { paused: false, ...(note === null ? {} : { note }) },
  };
}

/** A calendar that matches every second of a day. */
function wholeDay(day: string): CalendarSpec {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number);
  return { year, month: MONTHS[month - 1] ?? 'JANUARY', dayOfMonth, hour: '*', minute: '*', second: '*' };
}
