import { z } from 'zod';
import { ALERT_SEVERITIES } from '../runtime/settings/alert-settings';

/** What can be alerted about; the first part of an alert's key. */
export const ALERT_KINDS = [
  'run-failed',
  'run-partial',
  'retrain-failed',
  'promotion-waits',
  'schedule-paused',
  'schedule-missed',
  'champion-age',
  'queue-backlog',
  'queue-unattended',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number] | 'test';

/** Something that a person should know of, as long as it holds. */
const alertSchema = z.object({
  /** The same for the same trouble, however often it is seen: `<kind>:<subject>`. */
  key: z.string().min(1),
  kind: z.enum([...ALERT_KINDS, 'test']),
  severity: z.enum(ALERT_SEVERITIES),
  /** One line. */
  title: z.string().min(1),
  /** A few sentences with the numbers. */
  text: z.string(),
  /** The numbers, by name, for machines. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Where it says what to do, from the docs folder: `runbook.md#quorummissed`. */
  runbook: z.string(),
  /** What to do first. */
  commands: z.array(z.string()),
  /** Workflow of the Temporal server, for a link; null where it is about none. */
  workflow: z.object({ workflowId: z.string(), runId: z.string() }).nullable(),
  /** Where the report lies in the store; null where there is none. */
  report: z.string().nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

/** `again`: it was told before and still holds. */
const NOTICE_STATES = ['firing', 'again', 'resolved'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** One thing to be told about an alert; written once, never changed. */
export const noticeSchema = z.object({
  alert: alertSchema,
  state: z.enum(NOTICE_STATES),
  /** From 1 for each alert. */
  number: z.number().int().positive(),
  at: z.iso.datetime(),
  /** Since when it holds: the instant of the first notice. */
  since: z.iso.datetime(),
});
export type Notice = z.infer<typeof noticeSchema>;

export function alertKey(kind: AlertKind, subject: string): string {
  return `${kind}:${subject}`;
}

/** The longest text of a failure that an alert carries; the whole stands where the commands lead. */
const MAX_QUOTE = 1_000;

/** Text that others wrote: one paragraph, without control characters, cut where it is long. */
export function quoted(text: string): string {
  const plain = text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ')
    .trim();
  return shortened(plain, MAX_QUOTE);
}

/** At most so many UTF-16 units, and no half of a character at the end. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
