import { createAlertBook } from '../../../shared/alerts/alert-book';
import type { Alert } from '../../../shared/alerts/alert';
import { openAlertDesk } from '../../../shared/alerts/open-desk';
import type { PostOutcome } from '../../../shared/alerts/post';
import { retryAfter } from '../../../shared/alerts/post';
import type { Findings } from '../../../shared/alerts/rules/rules';
import { secretReader } from '../../../shared/runtime/secrets';
import { readSettings } from '../../../shared/runtime/settings';
import type { ObjectStore } from '../../../shared/store/port';
import { AlertReceiver, isSigned } from '../../support/alert-receiver';
import { createMemoryObjectStore } from '../../support/memory-object-store';

const KEY = 'a signing key of the test';
const QUICK = { tries: 3, timeoutMs: 300, pauseMs: 5, longestPauseMs: 50 };
const ALERT: Alert = {
  key: 'run-failed:r1',
  kind: 'run-failed',
  severity: 'error',
  title: 'Run failed: r1',
  text: '1 of 3 symbols done',
  facts: { done: 1 },
  runbook: 'runbook.md#quorummissed',
  commands: ['./candlewick failures r1'],
  workflow: { workflowId: 'r1', runId: 'x' },
  report: null,
};
const LOOKED: Findings['looked'] = new Set(['run-failed']);
const firing = (...alerts: readonly Alert[]): Findings => ({ alerts, looked: LOOKED });
const OVER: Findings = { alerts: [], looked: LOOKED };
const BLIND: Findings = { alerts: [], looked: new Set() };

describe('delivery of alerts', () => {
  let receiver: AlertReceiver;
  let objects: ObjectStore;
  let outcomes: PostOutcome[];
  let skippedMs: number;
  beforeEach(async () => {
    receiver = await AlertReceiver.start();
    objects = createMemoryObjectStore();
    outcomes = [];
    skippedMs = 0;
  });
  afterEach(() => receiver.close());

  /** A watcher as a control worker runs one. */
  function desk(by: string, { channels = 'webhook', store = objects, more = {} } = {}) {
    const env = {
      CANDLEWICK_ALERTS: channels,
      CANDLEWICK_SECRET_ALERT_WEBHOOK: `${receiver.url}/hook`,
      CANDLEWICK_SECRET_ALERT_SIGNING_KEY: KEY,
      CANDLEWICK_SECRET_ALERT_SLACK: `${receiver.url}/slack`,
      CANDLEWICK_SECRET_ALERT_PAGERDUTY: 'routing-key',
      CANDLEWICK_ALERT_PAGERDUTY_URL: `${receiver.url}/pd`,
      ...more,
    };
    return openAlertDesk({
      objects: store,
      settings: readSettings(env, '/'),
      readSecret: secretReader(env),
      by,
      signal: new AbortController().signal,
      onDelivery: (_, __, outcome) => outcomes.push(outcome),
      patience: QUICK,
      nowMs: () => Date.now() + skippedMs,
    });
  }
  const states = (path = '/hook'): readonly unknown[] => receiver.accepted(path).map(({ state }) => state);

  it('tells what begins and what ends once each, signed, under an id of its own', async () => {
    const watcher = desk('a');
    for (const findings of [firing(ALERT), firing(ALERT), OVER, OVER]) await watcher.tell(findings);
    expect(receiver.accepted()).toMatchObject([
      { schema: 'candlewick.alert/1', key: 'run-failed:r1', state: 'firing', reminder: false, facts: { done: 1 } },
      { state: 'resolved', headline: 'Over: Run failed: r1' },
    ]);
    const ids = new Set(receiver.received.map(({ headers }) => headers['candlewick-delivery']));
    expect(ids.size).toBe(2);
    for (const { headers, body } of receiver.received) {
      const signature = String(headers['candlewick-signature']);
      expect(isSigned({ body, signature, key: KEY }, Date.now())).toBe(true);
      expect(isSigned({ body: `${body} `, signature, key: KEY }, Date.now())).toBe(false);
      expect(isSigned({ body, signature, key: 'another' }, Date.now())).toBe(false);
      expect(isSigned({ body, signature, key: KEY }, Date.now() + 3_600_000)).toBe(false);
    }
  });

  it.each([
    ['errors', [500, 503]],
    ['asks for a pause', [{ status: 429, retryAfter: '0' }]],
    ['hangs', ['hang']],
    ['tears the connection', ['reset', 'reset']],
  ] as const)('reaches a receiver that first %s, and exactly one message is accepted', async (_, receptions) => {
    receiver.meetWith(...receptions);
    const watcher = desk('a');
    for (let look = 0; look < 3; look += 1) await watcher.tell(firing(ALERT));
    expect(states()).toEqual(['firing']);
    expect(receiver.received).toHaveLength(receptions.length + 1);
    const ids = receiver.received.map(({ headers }) => headers['candlewick-delivery']);
    expect(new Set(ids).size).toBe(1);
  });

  it('leaves a receiver that stays down alone for a while, then goes on', async () => {
    receiver.meetWith(500, 500, 500);
    const watcher = desk('a');
    await watcher.tell(firing(ALERT));
    expect(outcomes).toMatchObject([{ kind: 'failed', reason: 'it answered 500', tries: 3 }]);
    await watcher.tell(firing(ALERT));
    expect(receiver.received).toHaveLength(3);
    skippedMs = 31_000;
    await watcher.tell(firing(ALERT));
    expect(states()).toEqual(['firing']);
  });

  it('follows no redirect and does not repeat what is refused; what is refused holds up nothing else', async () => {
    receiver.meetWith(400);
    const other: Alert = { ...ALERT, key: 'run-failed:r2' };
    await desk('a').tell(firing(ALERT, other));
    expect(receiver.received).toHaveLength(2);
    expect(receiver.accepted()).toMatchObject([{ key: 'run-failed:r2' }]);
    receiver.meetWith(307);
    await desk('b', { store: createMemoryObjectStore() }).tell(firing(ALERT));
    expect(outcomes.at(-1)).toMatchObject({ kind: 'failed', reason: 'it answered 307', tries: 1 });
  });

  it('is told once by two watchers at once, over many alerts, and not again after a restart', async () => {
    const alerts = Array.from({ length: 12 }, (_, at): Alert => ({ ...ALERT, key: `run-failed:r${at}` }));
    await Promise.all(['a', 'b', 'c'].map((by) => desk(by).tell(firing(...alerts))));
    await desk('d').tell(firing(...alerts));
    const keys = receiver.accepted().map(({ key }) => key);
    expect([...keys].sort()).toEqual(alerts.map(({ key }) => key).sort());
    await Promise.all(['e', 'f'].map((by) => desk(by).tell(OVER)));
    expect(states().filter((state) => state === 'resolved')).toHaveLength(alerts.length);
  });

  it('takes over from a watcher that died with its claim, once that has been silent for minutes', async () => {
    const book = createAlertBook(objects);
    const at = new Date().toISOString();
    await book.add({ alert: ALERT, state: 'firing', number: 1, at, since: at });
    expect(await book.claim((await book.read())[0]!, 'webhook', 'the dead')).toBe(true);
    const watcher = desk('a');
    await watcher.tell(firing(ALERT));
    expect(receiver.received).toEqual([]);
    skippedMs = 181_000;
    await watcher.tell(firing(ALERT));
    expect(states()).toEqual(['firing']);
  });

  it('does not send again what was accepted while the store failed', async () => {
    let failing = true;
    const store: ObjectStore = {
      ...objects,
      put: (key, bytes, options) =>
        failing && key.includes('sent-') ? Promise.reject(new Error('503')) : objects.put(key, bytes, options),
    };
    const watcher = desk('a', { store });
    await expect(watcher.tell(firing(ALERT))).rejects.toThrow('503');
    failing = false;
    await watcher.tell(firing(ALERT));
    await desk('b').tell(firing(ALERT));
    expect(states()).toEqual(['firing']);
  });

  it('reminds after some hours, begins anew after an end, and ends nothing that could not be looked at', async () => {
    const after = async (hours: number, findings: Findings): Promise<void> => {
      skippedMs = hours * 3_600_000;
      await desk(`at ${hours}`).tell(findings);
    };
    await after(0, firing(ALERT));
    await after(7, firing(ALERT));
    await after(8, firing(ALERT));
    await after(9, BLIND);
    await after(10, OVER);
    await after(11, firing(ALERT));
    expect(receiver.accepted().map(({ state, reminder, number }) => [state, reminder, number])).toEqual([
      ['firing', false, 1],
      ['firing', true, 2],
      ['resolved', false, 3],
      ['firing', false, 4],
    ]);
    await after(12, OVER);
    await after(24 * 80, OVER);
    expect(await objects.list('alerts/')).not.toEqual([]);
    await after(24 * 91, OVER);
    expect(await objects.list('alerts/')).toEqual([]);
  });

  it('tells nobody of the end of what he never heard of, nor PagerDuty of what is only information', async () => {
    const info: Alert = { ...ALERT, key: 'run-failed:info', severity: 'info' };
    const watcher = desk('a', { channels: 'slack,pagerduty' });
    await watcher.tell(firing(ALERT, info));
    await watcher.tell(OVER);
    expect(receiver.accepted('/pd').map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
    expect(receiver.accepted('/slack')).toHaveLength(4);
    receiver.received.length = 0;
    await desk('b', { channels: 'slack,pagerduty,webhook' }).tell(OVER);
    expect(receiver.received).toEqual([]);
  });

  it('names a missing secret and an address in the clear, and never what they hold', async () => {
    await desk('a', { more: { CANDLEWICK_SECRET_ALERT_SIGNING_KEY: '' } }).tell(firing(ALERT));
    await desk('b', { more: { CANDLEWICK_SECRET_ALERT_WEBHOOK: 'http://hooks.example/T0/secret' } }).tell(
      firing({ ...ALERT, key: 'run-failed:r2' }),
    );
    const reasons = outcomes.map((outcome) => (outcome.kind === 'failed' ? outcome.reason : ''));
    expect(reasons[0]).toContain("'alert-signing-key' is not there");
    expect(reasons.at(-1)).toMatch(/'alert-webhook' holds no https address/);
    expect(reasons.join()).not.toContain('T0/secret');
    expect(receiver.received).toEqual([]);
  });

  it('tells an alert anew whose entry in the store is damaged', async () => {
    await desk('a').tell(firing(ALERT));
    for (const key of await objects.list('alerts/'))
      if (key.endsWith('notice.json')) await objects.put(key, Buffer.from('{"alert'), { ifAbsent: false });
    const watcher = desk('b');
    await watcher.tell(firing(ALERT));
    expect(await createAlertBook(objects).read()).toMatchObject([{ notice: { number: 1, state: 'firing' } }]);
  });

  it('reads Retry-After as seconds and as a date', () => {
    expect(retryAfter('7')).toBe(7000);
    expect(retryAfter('Mon, 02 Mar 2026 06:00:30 GMT', Date.UTC(2026, 2, 2, 6))).toBe(30_000);
    expect(retryAfter('soon')).toBeNull();
    expect(retryAfter(null)).toBeNull();
  });
});
