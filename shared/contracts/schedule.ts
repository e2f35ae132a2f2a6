import { z } from 'zod';
import { isPlainObject } from './plain-object';
import type { ConfigFault } from './config/config-fault';
import { faultsOf } from './config/resolve';
import { resolveRetrain } from './resolve-retrain';
import type { RetrainInput } from './retrain';

/** Days of the week as they are written in a schedule, in the order of `Date.getUTCDay`. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const OVERLAPS = ['skip', 'bufferOne', 'bufferAll', 'allowAll'] as const;

/** What happens to an execution whose turn comes while the one before it still runs. */
export const overlapSchema = z.enum(OVERLAPS);
export type Overlap = z.infer<typeof overlapSchema>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A schedule of retrains, as it is written in a file; everything has a default. */
const scheduleSchema = z.strictObject({
  /** Name of the schedule; null: `retrain-<set>`. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$/, 'expected letters, digits and . _ -, at most 81')
    .nullable()
    .default(null),
  /** Wall-clock time of the zone. */
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a time such as '22:30'")
    .default('22:30'),
  /** `mon-fri`, `mon,wed,fri`, `daily`. */
  days: z
    .string()
    .refine((text) => daysOf(text) !== null, "expected days such as 'mon-fri', 'mon,wed,fri' or 'daily'")
    .default('mon-fri'),
  timeZone: z
    .string()
    .refine(isTimeZone, "expected an IANA time zone such as 'America/New_York' or 'UTC'")
    .default('America/New_York'),
  /** Days of the zone on which nothing is started: holidays, on which no bar comes. */
  skip: z.array(z.string().refine(isDay, "expected a day such as '2026-12-25'")).default([]),
  /** A start comes up to so much later, so that many schedules do not begin in one second. It enters no result. */
  jitterMinutes: z.number().nonnegative().max(60).default(2),
  /**
   * A retrain that takes longer than a day lets one of the next days wait, and starts it as soon as it ends; that one still
   * trains as of its own day. More than one waiting would only repeat each other's work.
   */
  overlap: overlapSchema.default('bufferOne'),
  /**
   * Starts that a server missed while it was down are made up for within this time: a night's outage loses no day, and a
   * server that comes back after a week does not start with a week of stale retrains.
   */
  catchUpHours: z
    .number()
    .min(1 / 60)
    .max(24 * 7)
    .default(6),
  /** Whether a failed retrain (its quorum missed, say) stops the schedule until somebody has looked. */
  pauseOnFailure: z.boolean().default(true),
  /** For people; null: what stands there stays. */
  note: z.string().max(500).nullable().default(null),
  /** Input of `dailyRetrain`. */
  retrain: z.record(z.string(), z.unknown()).default({}),
});
export type ScheduleDocument = z.infer<typeof scheduleSchema>;

/** A schedule whose every part is checked. */
export interface Schedule extends Omit<ScheduleDocument, 'id' | 'retrain'> {
  readonly id: string;
  readonly retrain: RetrainInput;
}

export type ResolvedSchedule =
  { readonly ok: true; readonly schedule: Schedule } | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** Checks a schedule, the retrain in it and the run's configuration in that: every fault at once. */
export function resolveSchedule(input: unknown): ResolvedSchedule {
  const parsed = scheduleSchema.safeParse(input);
  const given = isPlainObject(input) && isPlainObject(input.retrain) ? input.retrain : {};
  const retrain = resolveRetrain(given);
  const faults = [
    ...(parsed.success ? [] : faultsOf(parsed.error, scheduleSchema.parse({}))),
    ...(retrain.ok ? asOfFaults(retrain.retrain) : retrain.faults).map(({ path, message }) => ({
      path: path === '' ? 'retrain' : `retrain.${path}`,
      message,
    })),
  ];
  if (!parsed.success || !retrain.ok || faults.length > 0) return { ok: false, faults };
  const { id, ...rest } = parsed.data;
  return { ok: true, schedule: { ...rest, id: id ?? `retrain-${retrain.retrain.set}`, retrain: retrain.retrain } };
}

function asOfFaults({ asOf }: RetrainInput): readonly ConfigFault[] {
  return asOf === null ? [] : [{ path: 'asOf', message: 'a schedule trains as of its own days; leave it out' }];
}

/** The days that a text names, in the order of the week; null where it names none or nonsense. */
export function daysOf(text: string): readonly Weekday[] | null {
  if (text === 'daily') return WEEKDAYS;
  const parts = text.split(',').map((part) => rangeOf(part.trim()));
  if (parts.some((part) => part === null)) return null;
  const named = new Set(parts.flatMap((part) => part ?? []));
  return WEEKDAYS.filter((day) => named.has(day));
}

function rangeOf(text: string): readonly Weekday[] | null {
  const [from, to, ...more] = text.split('-').map((name) => WEEKDAYS.findIndex((day) => day === name));
  if (from === undefined || from < 0 || more.length > 0) return null;
  const last = to ?? from;
  if (last < 0) return null;
  // `fri-mon` goes over the end of the week.
  const length = ((last - from + 7) % 7) + 1;
  return Array.from({ length }, (_, i) => WEEKDAYS[(from + i) % 7] ?? 'sun');
}

function isTimeZone(zone: string): boolean {
  try {
    return zone !== '' && new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}

/** Whether a text is a day of the calendar: 30 February is none. */
export function isDay(text: string): boolean {
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return DAY.test(text) && !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
}
