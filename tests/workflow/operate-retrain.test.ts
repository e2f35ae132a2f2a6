import { rmSync } from 'node:fs';
import { ApplicationFailure } from '@temporalio/common';
import { cancelCommand } from '../../cli/commands/cancel';
import { failuresCommand } from '../../cli/commands/failures';
import { pauseCommand } from '../../cli/commands/pause';
import { retryCommand } from '../../cli/commands/retry';
import { statusCommand } from '../../cli/commands/status';
import { findTarget } from '../../cli/operate/target';
import { QUEUES } from '../../shared/names/queues';
import { openObjectStore } from '../../shared/store/open-store';
import { identifyStore } from '../../shared/store/store-identity';
import { commandContext } from '../support/command-context';
import { FakeRegistry, verdict } from '../support/fake-registry';
import { heartbeatForever } from '../support/fake-run';
import { eventually } from '../support/gate';
import { WorkflowEnv } from '../support/workflow-env';

/** The commands of operations on what a schedule starts: a retrain, its run, its judgements. */
describe('operating a retrain', () => {
  let env: WorkflowEnv;
  let context: ReturnType<typeof commandContext>;
  const registry = new FakeRegistry(['AAA-h20']);
  beforeAll(async () => (env = await WorkflowEnv.start({ control: registry.control(), cpu: registry.cpu() })));
  afterAll(() => WorkflowEnv.stop(env));
  beforeEach(async () => {
    context = commandContext(env.address);
    await identifyStore(openObjectStore(context.settings));
  });
  afterEach(() => rmSync(context.settings.home, { recursive: true, force: true }));

  const start = (id: string, set: string) =>
    env.client.workflow.start('dailyRetrain', { taskQueue: QUEUES.control, workflowId: id, args: [{ set }] });

  it('reaches a judgement that is tried again, by its name with a slash, and lists the retrain', async () => {
    env.run({ symbols: ['AAA'] }, 'retrain-1/run');
    await (await start('retrain-1', 'daily')).result();
    let isMended = false;
    registry.judge = () => {
      if (isMended) return Promise.resolve(verdict(true));
      throw ApplicationFailure.create({ type: 'StoreUnavailable', message: 'away', nextRetryDelay: '1 hour' });
    };
    env.run({ symbols: ['AAA'] }, 'retrain-2/run');
    const retrain = await start('retrain-2', 'daily');
    const judgement = 'judge-daily/AAA-h20-v2';
    await eventually(
      () => failuresCommand(context, ['retrain-2'], {}).then(() => context.lines.splice(0).join('\n')),
      (text) => text.includes(`${judgement}  attempt 2  StoreUnavailable`),
    );
    for (const words of [['retrain-2', judgement], [`retrain-2/${judgement}`]])
      expect(await findTarget(env.client, words)).toMatchObject({
        ...{ kind: 'activity', runId: 'retrain-2', workflowId: 'retrain-2', symbol: null },
      });
    context.lines.length = 0;
    await eventually(
      () => statusCommand(context, undefined).then(() => context.lines.splice(0).join('\n')),
      (text) => /retrain-2 +retrain +running/.test(text) && /retrain-2\/run +run +completed/.test(text),
    );
    isMended = true;
    await retryCommand(context, ['retrain-2', judgement], { why: 'the store is back' });
    await expect(retrain.result()).resolves.toMatchObject({ outcomes: [{ outcome: 'promoted' }] });
  });

  it('finds symbols of its run, pauses it in its run, and cancels it', async () => {
    const run = env.run({ symbols: ['AAA', 'BTC/USD'] }, 'retrain-3/run');
    run.fake({ ingest: () => heartbeatForever() });
    const retrain = await start('retrain-3', 'daily');
    await run.begun('ingest-BTC/USD');
    for (const words of [['retrain-3', 'BTC/USD', 'ingest-BTC/USD'], ['retrain-3/BTC/USD/ingest-BTC/USD']])
      expect(await findTarget(env.client, words)).toMatchObject({
        ...{ kind: 'activity', runId: 'retrain-3/run', symbol: 'BTC/USD', workflowId: 'retrain-3/run/BTC/USD' },
      });
    await pauseCommand(context, ['retrain-3'], true, {});
    expect(context.lines).toEqual(['the run pauses: no further step begins']);
    await cancelCommand(context, ['retrain-3'], { why: 'a wrong set' });
    await expect(retrain.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await expect(cancelCommand(context, ['retrain-3'], {})).rejects.toThrow('it is closed already');
  });
});
