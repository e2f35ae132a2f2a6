import type { Alert } from '../alert';
import { alertKey, quoted } from '../alert';
import type { ScheduleFact } from '../facts';
import { argument, instantText, spanText } from '../words';

/** What the server writes as the note of a schedule that it paused. */
const PAUSED_BY_FAILURE = /^paused due to workflow/i;
/** The calendar's instant and the one that a start is remembered by differ by less than this. */
const SAME_INSTANT_MS = 1_000;

/** Schedules that stopped themselves after a failure, and starts that did not happen. A person's pause is no alert. */
export function scheduleAlerts(facts: readonly ScheduleFact[], nowMs: number): readonly Alert[] {
  return facts.flatMap((fact) => (fact.paused ? pausedAlert(fact) : missedAlert(fact, nowMs)));
}

function pausedAlert({ id, note }: ScheduleFact): readonly Alert[] {
  if (!PAUSED_BY_FAILURE.test(note)) return [];
  return [
    {
      key: alertKey('schedule-paused', id),
      kind: 'schedule-paused',
      severity: 'critical',
      title: quoted(`Schedule stopped itself: ${id}`),
      text: quoted(`A retrain failed, so the schedule starts nothing until somebody unpauses it: ${note}.`),
      facts: { scheduleId: id },
      runbook: 'alerts.md#schedule-paused',
      commands: ['./candlewick schedule list', `./candlewick schedule unpause ${argument(id)} --why "..."`],
      workflow: null,
      report: null,
    },
  ];
}

function missedAlert(fact: ScheduleFact, nowMs: number): readonly Alert[] {
  const { id, expectedMs, startedForMs, missedForGood, skippedForOverlap } = fact;
  // A later start, by hand too, makes up for it.
  if (expectedMs === null || startedForMs.some((at) => at >= expectedMs - SAME_INSTANT_MS)) return [];
  const lateMs = nowMs - expectedMs;
  return [
    {
      key: alertKey('schedule-missed', id),
      kind: 'schedule-missed',
      severity: 'error',
      title: quoted(`Schedule missed its start: ${id}`),
      text: quoted(
        `${id} was to start at ${instantText(expectedMs)}, ${spanText(lateMs)} ago, and did not. Since it was made, ${String(missedForGood)} starts were missed for good and ${String(skippedForOverlap)} left out because the last retrain still ran.`,
      ),
      facts: {
        scheduleId: id,
        expectedAt: new Date(expectedMs).toISOString(),
        lateMinutes: Math.round(lateMs / 60_000),
        missedForGood,
        skippedForOverlap,
      },
      runbook: 'alerts.md#schedule-missed',
      commands: ['./candlewick schedule list', `./candlewick schedule trigger ${argument(id)} --why "..."`],
      workflow: null,
      report: null,
    },
  ];
}
