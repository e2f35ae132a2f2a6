import { randomBytes } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { findTarget } from '../../cli/operate/target';
import { pendingStateOf, pendingStates } from '../../cli/pending-activities';
import { retryingActivities } from '../../cli/retrying-activities';
import { tryActivityNow } from '../../cli/runtime/activities';
import { startCodecServer } from '../../shared/temporal/codec-server';
import { dataConverterOf } from '../../shared/temporal/data-converter';
import { createPayloadCodec } from '../../shared/temporal/payload-codec';
import { Hidden } from '../../shared/runtime/hidden';
import { fault } from '../support/fake-run';
import { eventually } from '../support/gate';
import { WorkflowEnv } from '../support/workflow-env';

const keys = [{ id: 'payload-2026-11', bytes: randomBytes(32) }];
const settings = { payloadKeys: new Hidden(keys), readsPlaintext: false, namespace: 'default' };
const PLANTED = ['planted-description', 'planted-price-1935.25', 'planted-failure'];

jest.setTimeout(120_000);
let env: WorkflowEnv | undefined;
beforeAll(async () => {
  env = await WorkflowEnv.start({}, { dataConverter: dataConverterOf(settings) });
});
afterAll(() => WorkflowEnv.stop(env));

/** A history as anybody sees it who may read the server: JSON, and every payload unpacked from base64. */
function seenBy(text: string): string {
  const payloads = Array.from(text.matchAll(/"([A-Za-z0-9+/=]{8,})"/g), ([, data]) =>
    Buffer.from(data!, 'base64').toString('latin1'),
  );
  return [text, ...payloads].join('\n');
}

it('a run with keys leaves nothing of its input, prices or failures readable on the server', async () => {
  const run = env!.run({}, 'secret-run');
  run.fake({
    clean: (input) =>
      input.scope.symbol === 'AAA'
        ? Promise.reject(fault('InvalidBars', `planted-failure at planted-price-1935.25`))
        : run.well.clean(input),
  });
  const handle = await env!.start(run, { description: 'planted-description' });
  await expect(handle.result()).resolves.toMatchObject({});
  for (const id of ['secret-run', 'secret-run/AAA', 'secret-run/BBB']) {
    const seen = seenBy(historyToJSON(await env!.rawClient.workflow.getHandle(id).fetchHistory()));
    for (const planted of PLANTED) expect(seen).not.toContain(planted);
    expect(seen).toContain('binary/encrypted');
    expect(seen).not.toContain('json/plain"');
  }
  // Whoever has the key reads all of it.
  const failed = env!.client.workflow.getHandle('secret-run/AAA').result();
  await expect(failed).rejects.toMatchObject({
    cause: { message: expect.stringContaining('planted-failure') as string },
  });
});

it('an operator with the key reads of a pending activity why it failed, where its log is and what it last said', async () => {
  const run = env!.run({ symbols: ['AAA'] }, 'secret-pending');
  let isMended = false;
  run.fake({
    clean: (input) => {
      if (isMended) return run.well.clean(input);
      Context.current().heartbeat({ rung: 'rung 1', checkpoint: 'step 8, epoch 2' });
      const details = [{ log: '/store/runs/r/logs/clean-AAA-1.txt', rung: null, checkpoint: null }];
      throw ApplicationFailure.create({
        ...{ type: 'StoreUnavailable', message: 'planted-failure', nextRetryDelay: '1 hour', details },
      });
    },
  });
  const universe = await env!.start(run);
  const known = {
    ...{ activityId: 'clean-AAA', code: 'StoreUnavailable', message: 'planted-failure', rung: 'rung 1' },
    ...{ log: '/store/runs/r/logs/clean-AAA-1.txt', checkpoint: 'step 8, epoch 2' },
  };
  await eventually(
    () => pendingStates(env!.client, 'secret-pending').then(({ states }) => states.map(({ state }) => state)),
    (all) => all[0]?.state === 'waiting' && all[0].attempt === 2,
  );
  expect((await pendingStates(env!.client, 'secret-pending')).states.map(({ state }) => state)).toMatchObject([known]);
  // The same by the way of a name: of one activity, as `retry` and `move` ask for it.
  const target = await findTarget(env!.client, ['secret-pending', 'AAA', 'clean-AAA']);
  if (target.kind !== 'activity') throw new Error('expected an activity');
  expect(await pendingStateOf(env!.client, target.pending, Date.now())).toMatchObject(known);
  expect(await retryingActivities(env!.client, 'secret-pending')).toMatchObject([
    { code: 'StoreUnavailable', message: 'planted-failure' },
  ]);
  isMended = true;
  await tryActivityNow(env!.client, { workflowId: 'secret-pending/AAA', activityId: 'clean-AAA' });
  await universe.result();
});

it('the codec server gives the UI what it shows, to whoever has the token and a page that may ask', async () => {
  const origin = 'http://127.0.0.1:8233';
  const server = await startCodecServer({
    ...{ host: '127.0.0.1', port: 0, token: 'right-token', origins: [origin] },
    codecOf: (namespace) => createPayloadCodec({ keys, namespace: namespace ?? 'default', readsPlaintext: false }),
  });
  try {
    const history = await env!.rawClient.workflow.getHandle('secret-run').fetchHistory();
    const { events } = JSON.parse(historyToJSON(history)) as {
      events: { workflowExecutionStartedEventAttributes?: { input: { payloads: unknown[] } } }[];
    };
    const body = JSON.stringify({ payloads: events[0]!.workflowExecutionStartedEventAttributes!.input.payloads });
    const ask = (path: string, headers: Record<string, string>, method = 'POST') =>
      fetch(`http://127.0.0.1:${String(server.port)}${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
        ...(method === 'POST' ? { body } : {}),
      });
    for (const answer of [
      await ask('/decode', { origin, authorization: 'Bearer right-token' }),
      await ask('/right-token/decode', { origin }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      const { payloads } = (await answer.json()) as { payloads: { data: string }[] };
      expect(Buffer.from(payloads[0]!.data, 'base64').toString()).toContain('planted-description');
    }
    expect((await ask('/decode', { origin }, 'OPTIONS')).headers.get('access-control-allow-headers')).toMatch(
      /x-namespace/,
    );
    expect((await ask('/decode', { origin })).status).toBe(401);
    expect((await ask('/wrong-token/decode', { origin })).status).toBe(401);
    expect((await ask('/right-token/decode', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('/right-token/other', {})).status).toBe(404);
    expect((await ask('/right-token/decode', { 'x-namespace': 'another' })).status).toBe(400);
  } finally {
    await server.close();
  }
});

it('what nobody encrypted is read only where that is allowed', async () => {
  const open = env!.run({}, 'open-run');
  const started = await env!.rawClient.workflow.start('trainUniverse', {
    ...{ taskQueue: 'candlewick-control', workflowId: 'open-run', args: [{ description: 'open' }] },
  });
  expect(open.ids()).toEqual([]);
  await env!.stopWorkers();
  await env!.startWorkers({ dataConverter: dataConverterOf({ ...settings, readsPlaintext: true }) });
  await env!.client.workflow.getHandle(started.workflowId).result();
  expect(open.ids().length).toBeGreaterThan(0);
});
