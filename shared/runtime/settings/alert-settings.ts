import { z } from 'zod';
import { wholeNumber } from './whole-number';

/** Where alerts can be sent. */
export const ALERT_CHANNELS = ['slack', 'pagerduty', 'webhook'] as const;
export type AlertChannel = (typeof ALERT_CHANNELS)[number];

/** How much an alert matters, the least first; the words of PagerDuty. */
export const ALERT_SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

const positive = wholeNumber.refine((number) => number > 0, 'expected more than 0');

const channels = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .transform((names) => names.filter((name) => name !== ''))
  .pipe(z.array(z.enum(ALERT_CHANNELS)))
  .refine((names) => new Set(names).size === names.length, 'names a channel twice');

export const ALERT_VARIABLES = {
  CANDLEWICK_ALERTS: channels.optional(),
  CANDLEWICK_ALERT_SOURCE: z.string().trim().min(1).max(100).optional(),
  CANDLEWICK_ALERT_EVERY_SECONDS: positive.optional(),
  CANDLEWICK_ALERT_AGAIN_HOURS: positive.optional(),
  CANDLEWICK_ALERT_RUN_HOURS: positive.optional(),
  CANDLEWICK_ALERT_SCHEDULE_MINUTES: positive.optional(),
  CANDLEWICK_ALERT_CHAMPION_DAYS: positive.optional(),
  CANDLEWICK_ALERT_BACKLOG_MINUTES: positive.optional(),
  CANDLEWICK_ALERT_CONTROL_BACKLOG_MINUTES: positive.optional(),
  CANDLEWICK_ALERT_NO_POLLER_MINUTES: positive.optional(),
  CANDLEWICK_ALERT_PAGERDUTY_FROM: z.enum(ALERT_SEVERITIES).optional(),
  CANDLEWICK_ALERT_PAGERDUTY_URL: z.url().optional(),
  CANDLEWICK_ALERT_RUNBOOK: z.url().optional(),
  CANDLEWICK_UI_URL: z.url().optional(),
};

type Given = z.infer<z.ZodObject<typeof ALERT_VARIABLES>>;

/** From when on a state is an alert. */
export interface AlertThresholds {
  /** How long after its end a failed run is looked for: a weekend, so that a watcher that was down tells of it too. */
  readonly runWindowMs: number;
  /** How long after its instant a start is missed: longer than any jitter that is usual, and than a restart of the server. */
  readonly scheduleToleranceMs: number;
  /** Eight days: a week of retrains without a promotion is common, a second one is worth a look. */
  readonly championAgeMs: number;
  /** A fit holds its place for an hour, and what waits behind it is no fault. */
  readonly backlogAgeMs: number;
  /** Everything on the control queue is light: five minutes mean that nobody keeps up. */
  readonly controlBacklogAgeMs: number;
  /** A worker that is replaced is back within this time. */
  readonly noPollerAgeMs: number;
}

export interface AlertSettings {
  readonly alerts: {
    /** None: nobody looks. */
    readonly channels: readonly AlertChannel[];
    /** What alerts call this installation; null: the namespace. */
    readonly source: string | null;
    /** Between two looks: half of the minute within which a failed run is to be told. */
    readonly everyMs: number;
    /** What still holds is told again after this time: once a shift is enough not to be forgotten. */
    readonly againMs: number;
    readonly thresholds: AlertThresholds;
    /** What matters less does not go to PagerDuty: nobody is woken for a question. */
    readonly pagerDutyFrom: AlertSeverity;
    readonly pagerDutyUrl: string;
    /** Where docs/runbook.md and docs/alerts.md are served, for links; null: no links to them. */
    readonly runbookUrl: string | null;
    /** The UI of the Temporal server, for links; null: no links to it. */
    readonly uiUrl: string | null;
  };
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function alertSettingsOf(given: Given): AlertSettings {
  return {
    alerts: {
      channels: given.CANDLEWICK_ALERTS ?? [],
      source: given.CANDLEWICK_ALERT_SOURCE ?? null,
      everyMs: (given.CANDLEWICK_ALERT_EVERY_SECONDS ?? 30) * SECOND_MS,
      againMs: (given.CANDLEWICK_ALERT_AGAIN_HOURS ?? 8) * HOUR_MS,
      thresholds: {
        runWindowMs: (given.CANDLEWICK_ALERT_RUN_HOURS ?? 72) * HOUR_MS,
        scheduleToleranceMs: (given.CANDLEWICK_ALERT_SCHEDULE_MINUTES ?? 15) * MINUTE_MS,
        championAgeMs: (given.CANDLEWICK_ALERT_CHAMPION_DAYS ?? 8) * DAY_MS,
        backlogAgeMs: (given.CANDLEWICK_ALERT_BACKLOG_MINUTES ?? 60) * MINUTE_MS,
        controlBacklogAgeMs: (given.CANDLEWICK_ALERT_CONTROL_BACKLOG_MINUTES ?? 5) * MINUTE_MS,
        noPollerAgeMs: (given.CANDLEWICK_ALERT_NO_POLLER_MINUTES ?? 5) * MINUTE_MS,
      },
      pagerDutyFrom: given.CANDLEWICK_ALERT_PAGERDUTY_FROM ?? 'warning',
      pagerDutyUrl: given.CANDLEWICK_ALERT_PAGERDUTY_URL ?? 'https://events.pagerduty.com/v2/enqueue',
      runbookUrl: given.CANDLEWICK_ALERT_RUNBOOK ?? null,
      uiUrl: given.CANDLEWICK_UI_URL ?? null,
    },
  };
}
