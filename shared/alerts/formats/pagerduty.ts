import { sha256Hex } from '../../store/hash';
import type { Notice } from '../alert';
import { shortened } from '../alert';
import type { Installation, Message } from './message';
import { headline, linksOf, messageId } from './message';

/** Limits of the Events API v2. */
const SUMMARY_LENGTH = 1_024;
const DEDUP_LENGTH = 255;

/** An event of PagerDuty's Events API v2: one incident for each alert, resolved by itself. The body holds the routing key. */
export function pagerDutyMessage(notice: Notice, installation: Installation, routingKey: string): Message {
  const { alert, state, since } = notice;
  const dedup = dedupKey(alert.key, installation.source);
  const head = { routing_key: routingKey, dedup_key: dedup };
  const id = messageId(notice, installation);
  if (state === 'resolved') return { id, body: JSON.stringify({ ...head, event_action: 'resolve' }) };
  const { uiUrl } = installation;
  const document = {
    ...head,
    event_action: 'trigger',
    client: 'Candlewick',
    ...(uiUrl === null ? {} : { client_url: uiUrl }),
    links: linksOf(alert, installation).map(({ text, url }) => ({ href: url, text })),
    payload: {
      summary: shortened(headline(notice), SUMMARY_LENGTH),
      source: installation.source,
      severity: alert.severity,
      timestamp: since,
      component: 'candlewick',
      group: installation.namespace,
      class: alert.kind,
      custom_details: {
        text: alert.text,
        ...alert.facts,
        runbook: alert.runbook,
        commands: alert.commands,
        report: alert.report,
      },
    },
  };
  return { id, body: JSON.stringify(document) };
}

/** The same for the same alert of the same installation, however often it is told. */
export function dedupKey(key: string, source: string): string {
  const whole = `candlewick/${source}/${key}`;
  return /^[\x20-\x7e]+$/.test(whole) && whole.length <= DEDUP_LENGTH
    ? whole
    : `candlewick/${key.slice(0, key.indexOf(':') + 1).slice(0, 40)}${sha256Hex(whole)}`;
}
