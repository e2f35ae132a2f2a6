import type { Notice } from '../alert';
import type { Installation, Message } from './message';
import { headline, linksOf, messageId } from './message';

/** The schema of a message; raised when a field goes or means something else. */
const GENERIC_SCHEMA = 'candlewick.alert/1';

/** One JSON document, described in docs/alerts.md. */
export function genericMessage(notice: Notice, installation: Installation): Message {
  const { alert, state, number, at, since } = notice;
  const id = messageId(notice, installation);
  const document = {
    schema: GENERIC_SCHEMA,
    id,
    source: installation.source,
    key: alert.key,
    kind: alert.kind,
    severity: alert.severity,
    state: state === 'resolved' ? 'resolved' : 'firing',
    reminder: state === 'again',
    number,
    since,
    at,
    headline: headline(notice),
    title: alert.title,
    text: alert.text,
    facts: alert.facts,
    runbook: alert.runbook,
    commands: alert.commands,
    links: linksOf(alert, installation),
    workflow: alert.workflow,
    report: alert.report,
  };
  return { id, body: JSON.stringify(document) };
}
