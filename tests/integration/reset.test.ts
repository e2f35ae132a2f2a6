import { Client, Connection } from '@temporalio/client';
import { readServerRecord } from '../../cli/runtime/state-folder';
import { openCliHome, type CliHome } from '../support/cli';
import { barFile, QUICK_RUN } from '../support/bar-files';

let home: CliHome;

beforeAll(async () => {
  home = await openCliHome();
  home.write('bars/AAA.csv', barFile(1));
  home.write('bars/BBB.csv', barFile(2));
  home.write('run.yaml', QUICK_RUN);
}, 60_000);
afterAll(() => home.close(), 60_000);

it('a run that is reset to its first step goes through it again and computes nothing twice', async () => {
  const args = ['run', '--config', 'run.yaml', '--source', 'bars/*.csv', '--until', 'splits', '--id', 'again'];
  expect(await home.cli(args)).toMatchObject({ exitCode: 0 });
  const before = await home.attempts('again');
  expect(before.length).toBeGreaterThanOrEqual(10);

  const connection = await Connection.connect({ address: readServerRecord(home.home)!.address });
  const client = new Client({ connection });
  const first = await client.workflow.getHandle('again').describe();
  await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: 'again', runId: first.runId },
    // Started, scheduled, begun, completed: the first workflow task ends with the fourth event.
    workflowTaskFinishEventId: 4 as never,
    requestId: 'reset-the-run',
    reason: 'to see that nothing is computed twice',
  });
  expect(await home.cli(['resume', 'again'])).toMatchObject({ exitCode: 0 });
  const second = await client.workflow.getHandle('again').describe();
  expect(second.runId).not.toBe(first.runId);
  expect(second.status.name).toBe('COMPLETED');
  await connection.close();

  const after = await home.attempts('again');
  expect(after.map(({ attemptId }) => attemptId).sort()).toEqual(before.map(({ attemptId }) => attemptId).sort());
  const { status, cacheHits, computed } = await home.record('again');
  expect({ status, cacheHits, computed }).toEqual({ status: 'done', cacheHits: before.length, computed: 0 });
}, 180_000);
