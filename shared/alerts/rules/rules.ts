import type { AlertThresholds } from '../../runtime/settings/alert-settings';
import type { Alert, AlertKind } from '../alert';
import type { AlertFacts } from '../facts';
import { championAlerts } from './champions';
import { promotionAlerts } from './promotions';
import { queueAlerts } from './queues';
import { runAlerts } from './runs';
import { scheduleAlerts } from './schedules';

/** What a look found. */
export interface Findings {
  readonly alerts: readonly Alert[];
  /** Kinds that could be looked for: an open alert of another kind is neither over nor told again. */
  readonly looked: ReadonlySet<AlertKind>;
}

/** What is wrong now. Pure: the same facts at the same instant give the same alerts. */
export function findAlerts(facts: AlertFacts, thresholds: AlertThresholds, nowMs: number): Findings {
  const looks: readonly (readonly [readonly AlertKind[], readonly Alert[] | null])[] = [
    [['run-failed', 'run-partial', 'retrain-failed'], facts.runs && runAlerts(facts.runs)],
    [['promotion-waits'], facts.promotions && promotionAlerts(facts.promotions)],
    [['schedule-paused', 'schedule-missed'], facts.schedules && scheduleAlerts(facts.schedules, nowMs)],
    [['champion-age'], facts.champions && championAlerts(facts.champions, thresholds.championAgeMs, nowMs)],
    [['queue-backlog', 'queue-unattended'], facts.queues && queueAlerts(facts.queues, thresholds)],
  ];
  return {
    alerts: looks.flatMap(([, alerts]) => alerts ?? []),
    looked: new Set(looks.flatMap(([kinds, alerts]) => (alerts === null ? [] : kinds))),
  };
}
