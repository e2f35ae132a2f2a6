import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Alert, Notice, NoticeState } from '../../../shared/alerts/alert';
import { ALERT_KINDS, quoted } from '../../../shared/alerts/alert';
import { genericMessage } from '../../../shared/alerts/formats/generic';
import { messageId } from '../../../shared/alerts/formats/message';
import { pagerDutyMessage } from '../../../shared/alerts/formats/pagerduty';
import { slackMessage } from '../../../shared/alerts/formats/slack';
import { signatureOf } from '../../../shared/alerts/signature';
import { ERRORS } from '../../../shared/names/errors';

const DOCS = join(__dirname, '../../../docs');

const HERE = {
  source: 'prod',
  namespace: 'default',
  uiUrl: 'https://temporal.example/',
  runbookUrl: 'https://docs.example/candlewick',
};
const NASTY = '<!channel> <@U123> *bold* <https://evil.example|click> & "quotes" \u202E\u0000\ud800 `code` ';

function notice(state: NoticeState, more: Partial<Alert> = {}): Notice {
  const alert: Alert = {
    ...{ key: 'run-failed:r1', kind: 'run-failed', severity: 'error', title: 'Run failed: r1', text: 'why' },
    ...{ facts: { done: 1 }, runbook: 'runbook.md#quorummissed', commands: ['./candlewick failures r1'] },
    ...{ workflow: { workflowId: 'a b/run', runId: 'x' }, report: 'store/runs/r1/report.html' },
    ...more,
  };
  const at = '2026-03-02T22:30:00.000Z';
  return { alert, state, number: 1, at, since: at };
}

interface Block {
  readonly type: string;
  readonly text?: { readonly type: string; readonly text: string };
  readonly elements?: readonly { readonly type: string; readonly text: string }[];
}

describe('formats of alerts', () => {
  it('links to the run in the UI and to the runbook', () => {
    const { links } = JSON.parse(genericMessage(notice('firing'), HERE).body) as { links: unknown };
    expect(links).toEqual([
      { text: 'Temporal UI', url: 'https://temporal.example/namespaces/default/workflows/a%20b%2Frun/x' },
      { text: 'Runbook', url: 'https://docs.example/candlewick/runbook.md#quorummissed' },
    ]);
    const none = JSON.parse(
      genericMessage(notice('firing'), { ...HERE, uiUrl: null, runbookUrl: null }).body,
    ) as object;
    expect(none).toMatchObject({ links: [], runbook: 'runbook.md#quorummissed' });
  });

  it('opens and ends one incident of PagerDuty under one key', () => {
    const trigger = JSON.parse(pagerDutyMessage(notice('firing'), HERE, 'R0').body) as Record<string, unknown>;
    expect(trigger).toMatchObject({
      routing_key: 'R0',
      event_action: 'trigger',
      dedup_key: 'candlewick/prod/run-failed:r1',
      payload: { summary: 'Run failed: r1', source: 'prod', severity: 'error', class: 'run-failed' },
    });
    expect(JSON.parse(pagerDutyMessage(notice('resolved'), HERE, 'R0').body)).toEqual({
      routing_key: 'R0',
      event_action: 'resolve',
      dedup_key: trigger.dedup_key,
    });
  });

  it('lets nothing that others wrote mention, link or format in Slack', () => {
    const { body } = slackMessage(
      notice('firing', { title: quoted(`Run failed: ${NASTY}`), text: quoted(NASTY) }),
      HERE,
    );
    expect(body).not.toMatch(/<!|<@|<https:\/\/evil/);
    const { blocks, text } = JSON.parse(body) as { blocks: readonly Block[]; text: string };
    expect(text).toContain('&lt;!channel&gt;');
    const marked = blocks.flatMap(({ elements = [] }) => elements).filter(({ type }) => type === 'mrkdwn');
    expect(marked).toHaveLength(1);
    expect(marked[0]?.text).not.toContain('bold');
  });

  it('keeps below every limit, with any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('&'.repeat(6_000), '🕯'.repeat(3_000), `${'a'.repeat(4_000)}<b`),
      fc.string({ unit: fc.constantFrom('&', '<', '🕯', 'a', '\n'), maxLength: 600 }),
    );
    fc.assert(
      fc.property(
        text,
        text,
        fc.constantFrom('firing' as const, 'again' as const, 'resolved' as const),
        (a, b, state) => {
          const told = notice(state, {
            ...{ title: `T${quoted(a)}`, text: quoted(b), report: a, commands: [a, b], facts: { a, b } },
            ...{ workflow: { workflowId: a, runId: b }, key: `run-failed:${a}` },
          });
          const slack = JSON.parse(slackMessage(told, HERE).body) as { text: string; blocks: readonly Block[] };
          expect(slack.text.length).toBeLessThanOrEqual(4_000);
          expect(slack.blocks.length).toBeLessThanOrEqual(50);
          for (const block of slack.blocks) {
            const limit = block.type === 'header' ? 150 : 3_000;
            for (const part of block.elements ?? (block.text === undefined ? [] : [block.text])) {
              expect(part.text.length).toBeGreaterThan(0);
              expect(part.text.length).toBeLessThanOrEqual(block.type === 'context' ? 2_000 : limit);
              if (part.type === 'plain_text') expect(part.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
            }
          }
          const event = JSON.parse(pagerDutyMessage(told, HERE, 'R0').body) as {
            dedup_key: string;
            payload?: { summary: string };
          };
          expect(event.dedup_key.length).toBeLessThanOrEqual(255);
          expect(event.payload?.summary.length ?? 0).toBeLessThanOrEqual(1_024);
          expect(Buffer.byteLength(genericMessage(told, HERE).body)).toBeLessThan(512 * 1024);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives each notice an id of its own, of each installation', () => {
    const first = notice('firing');
    const ids = [
      messageId(first, HERE),
      messageId({ ...first, number: 2 }, HERE),
      messageId({ ...first, since: '2026-03-03T00:00:00.000Z' }, HERE),
      messageId(first, { ...HERE, source: 'other' }),
      messageId(notice('firing', { key: 'run-failed:r2' }), HERE),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(messageId(notice('firing'), HERE)).toBe(ids[0]);
  });

  it('leads to a heading that is there, for every kind and every code', () => {
    const alerts = readFileSync(join(DOCS, 'alerts.md'), 'utf8');
    for (const kind of ALERT_KINDS) expect(alerts).toContain(`\n### ${kind}\n`);
    expect(alerts).toContain('\n## Trying it\n');
    const runbook = readFileSync(join(DOCS, 'runbook.md'), 'utf8');
    for (const code of Object.keys(ERRORS)) expect(runbook).toContain(`\n## ${code}\n`);
  });

  it('is signed as the docs show how to check', () => {
    const alerts = readFileSync(join(DOCS, 'alerts.md'), 'utf8');
    const [, source = ''] = /```js\n([^`]*isFromCandlewick[^`]*)```/.exec(alerts) ?? [];
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the example itself is what is tried
    const make = new Function(
      'createHmac',
      'timingSafeEqual',
      `${source.replace(/^import .*$/gm, '')}; return isFromCandlewick;`,
    ) as (...given: readonly unknown[]) => (body: string, header: string, key: string, nowMs: number) => boolean;
    const isFromCandlewick = make(createHmac, timingSafeEqual);
    const [now, body] = [Date.now(), '{"a":1}'];
    const header = signatureOf(body, 'key', now);
    expect(isFromCandlewick(body, header, 'key', now)).toBe(true);
    expect(isFromCandlewick(`${body} `, header, 'key', now)).toBe(false);
    expect(isFromCandlewick(body, header, 'other', now)).toBe(false);
    expect(isFromCandlewick(body, header, 'key', now + 600_000)).toBe(false);
    expect(isFromCandlewick(body, 'nonsense', 'key', now)).toBe(false);
  });
});
