import { QUEUES } from '../../names/queues';
import type { AlertThresholds } from '../../runtime/settings/alert-settings';
import type { Alert } from '../alert';
import { alertKey } from '../alert';
import type { QueueFact } from '../facts';
import { countText, spanText } from '../words';

/** Queues in which tasks wait for too long, or without anybody who would take them. */
export function queueAlerts(facts: readonly QueueFact[], thresholds: AlertThresholds): readonly Alert[] {
  return facts.flatMap((fact) => {
    if (fact.backlog <= 0) return [];
    if (fact.pollers === 0) return fact.ageMs > thresholds.noPollerAgeMs ? [unattended(fact)] : [];
    const { backlogAgeMs, controlBacklogAgeMs } = thresholds;
    const limitMs = fact.queue === QUEUES.control ? controlBacklogAgeMs : backlogAgeMs;
    return fact.ageMs > limitMs ? [backlog(fact, limitMs)] : [];
  });
}

function unattended(fact: QueueFact): Alert {
  return {
    ...common(fact),
    key: alertKey('queue-unattended', `${fact.queue}/${fact.kind}`),
    kind: 'queue-unattended',
    severity: 'error',
    title: `Nobody works on ${fact.queue}`,
    text: `${countText(fact.backlog, `${fact.kind} task waits`, `${fact.kind} tasks wait`)} in ${fact.queue}, the oldest for ${spanText(fact.ageMs)}, and no worker asks for them.`,
    runbook: 'alerts.md#queue-unattended',
  };
}

function backlog(fact: QueueFact, limitMs: number): Alert {
  return {
    ...common(fact),
    key: alertKey('queue-backlog', `${fact.queue}/${fact.kind}`),
    kind: 'queue-backlog',
    severity: 'warning',
    title: `Work waits for ${spanText(fact.ageMs)} in ${fact.queue}`,
    text: `${countText(fact.backlog, `${fact.kind} task waits`, `${fact.kind} tasks wait`)} in ${fact.queue}, the oldest for ${spanText(fact.ageMs)}, longer than ${spanText(limitMs)}, although ${countText(fact.pollers, 'poller asks', 'pollers ask')} for them.`,
    runbook: 'alerts.md#queue-backlog',
  };
}

function common({ queue, kind, backlog: waiting, ageMs, pollers }: QueueFact) {
  return {
    facts: { queue, taskKind: kind, backlog: waiting, ageMinutes: Math.round(ageMs / 60_000), pollers },
    commands: ['./candlewick status', './candlewick failures'],
    workflow: null,
    report: null,
  };
}
