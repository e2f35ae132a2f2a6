import { randomUUID } from 'node:crypto';
import type { Alert, Notice, NoticeState } from '../../shared/alerts/alert';
import { alertKey } from '../../shared/alerts/alert';
import { sender } from '../../shared/alerts/open-desk';
import type { AlertChannel } from '../../shared/runtime/settings/alert-settings';
import { actorName } from '../../shared/runtime/actor';
import { secretReader } from '../../shared/runtime/secrets';
import type { CommandContext } from '../command-context';
import { EXIT, UsageError } from '../usage-error';

export interface AlertsTestFlags {
  readonly to?: AlertChannel;
}

/** `candlewick alerts test`: a message that begins and one that ends an alert, so that no incident stays open. */
export async function alertsTestCommand(context: CommandContext, { to }: AlertsTestFlags): Promise<number> {
  const { settings, env, print } = context;
  const channels = to === undefined ? settings.alerts.channels : [to];
  if (channels.length === 0)
    throw new UsageError('no channel is named: set CANDLEWICK_ALERTS=slack,pagerduty,webhook, or say one with --to');
  const send = sender(settings, secretReader(env), new AbortController().signal);
  const alert = testAlert(actorName(undefined), randomUUID());
  let failed = 0;
  for (const channel of channels) {
    for (const [at, state] of (['firing', 'resolved'] as const).entries()) {
      const outcome = await send(channel, noticeOf(alert, state, at + 1));
      if (outcome.kind === 'accepted') {
        print(`${channel}: ${state} accepted (${String(outcome.status)}, try ${String(outcome.tries)})`);
        continue;
      }
      failed += 1;
      print(`${channel}: ${state} not accepted: ${outcome.reason} (${String(outcome.tries)} tries)`);
      break;
    }
  }
  return failed === 0 ? EXIT.done : EXIT.failed;
}

function testAlert(who: string, id: string): Alert {
  return {
    key: alertKey('test', id),
    kind: 'test',
    severity: 'warning',
    title: 'Test of Candlewick’s alerts',
    text: `Sent by ${who} with ./candlewick alerts test. Nothing is wrong.`,
    facts: {},
    runbook: 'alerts.md#trying-it',
    commands: [],
    workflow: null,
    report: null,
  };
}

function noticeOf(alert: Alert, state: NoticeState, number: number): Notice {
  const at = new Date().toISOString();
  return { alert, state, number, at, since: at };
}
