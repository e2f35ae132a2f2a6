import type { AlertChannel, AlertSettings, AlertSeverity } from '../runtime/settings/alert-settings';
import { ALERT_SEVERITIES } from '../runtime/settings/alert-settings';
import type { ReadSecret } from '../runtime/secrets';
import type { Notice } from './alert';
import { genericMessage } from './formats/generic';
import type { Installation, Message } from './formats/message';
import { pagerDutyMessage } from './formats/pagerduty';
import { slackMessage } from './formats/slack';
import type { Post } from './post';
import { DELIVERY_HEADER, SIGNATURE_HEADER, signatureOf } from './signature';

/** Whether a notice is told on a channel at all. */
export function concerns(channel: AlertChannel, { alert }: Notice, pagerDutyFrom: AlertSeverity): boolean {
  return channel !== 'pagerduty' || rank(alert.severity) >= rank(pagerDutyFrom);
}

/**
 * The request that tells a notice on a channel. Secrets are read each time: one that is renewed is used from then on. Throws
 * an Error that names what is missing or wrong, and never what it holds.
 */
export function requestOf(
  channel: AlertChannel,
  notice: Notice,
  installation: Installation,
  { pagerDutyUrl, readSecret }: { readonly pagerDutyUrl: string; readonly readSecret: ReadSecret },
): Post {
  switch (channel) {
    case 'slack':
      return plainPost(addressOf('alert-slack', readSecret), slackMessage(notice, installation));
    case 'pagerduty':
      return plainPost(
        checkedUrl(pagerDutyUrl, 'CANDLEWICK_ALERT_PAGERDUTY_URL'),
        pagerDutyMessage(notice, installation, readSecret('alert-pagerduty')),
      );
    case 'webhook': {
      const { id, body } = genericMessage(notice, installation);
      const key = readSecret('alert-signing-key');
      const headers = () => ({ [DELIVERY_HEADER]: id, [SIGNATURE_HEADER]: signatureOf(body, key, Date.now()) });
      return { url: addressOf('alert-webhook', readSecret), body, headers };
    }
    default:
      return channel satisfies never;
  }
}

export function installationOf({ alerts, namespace }: AlertSettings & { readonly namespace: string }): Installation {
  const { source, uiUrl, runbookUrl } = alerts;
  return { source: source ?? namespace, namespace, uiUrl, runbookUrl };
}

function plainPost(url: string, { body }: Message): Post {
  return { url, body, headers: () => ({}) };
}

function addressOf(secret: string, readSecret: ReadSecret): string {
  return checkedUrl(readSecret(secret), `the secret '${secret}'`);
}

/** A message tells what runs here, and its address may be a key: neither goes over a network in the clear. */
function checkedUrl(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url.href;
  throw new Error(`${where} holds no https address (http is taken for this machine only)`);
}

function rank(severity: AlertSeverity): number {
  return ALERT_SEVERITIES.indexOf(severity);
}
