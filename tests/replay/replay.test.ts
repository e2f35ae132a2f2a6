import { Worker } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { History } from '@temporalio/common/lib/proto-utils';
import { quietRuntime } from '../support/temporal-server';
import { bundleWorkflows } from '../support/workflow-env';
import { ADVICE } from './command-fingerprints';
import { expectedRecordings, foundRecordings, readRecording } from './recordings';

/** Replays every recorded history against the workflows as they are now. */
describe('replay of recorded histories', () => {
  let bundle: WorkflowBundleWithSourceMap;
  beforeAll(async () => {
    quietRuntime();
    bundle = await bundleWorkflows();
  });

  /** What went wrong in the histories that do not replay, by workflow id. */
  async function faults(histories: readonly History[]): Promise<readonly (readonly [string, string])[]> {
    const found: (readonly [string, string])[] = [];
    let replayed = 0;
    const replays = Worker.runReplayHistories({ workflowBundle: bundle }, histories.map(withId));
    for await (const { workflowId, error } of replays) {
      replayed += 1;
      if (error !== undefined) found.push([workflowId, `${error.name}: ${error.message}`]);
    }
    expect(replayed).toBe(histories.length);
    return found;
  }

  it('has a recording of every scenario, a scenario for every recording, and some of each', () => {
    expect(foundRecordings().length).toBeGreaterThan(0);
    expect([...foundRecordings()].sort()).toEqual([...expectedRecordings()].sort());
  });

  it('replays every recording', async () => {
    const found = foundRecordings();
    expect(found.length).toBeGreaterThan(0);
    const broken = await faults(found.map(readRecording));
    if (broken.length > 0) throw new Error(`${broken.map((fault) => fault.join(': ')).join('\n')}\n${ADVICE}`);
  });

  it.each<[string, (activities: Scheduled[]) => void]>([
    ['another activity in the place of the recorded one', ([, second]) => (second!.activityType = { name: 'labels' })],
    ['two activities in the other order', swap],
    ['an activity that is not asked for any more', addBundle],
  ])('refuses a history with %s', async (_name, alter) => {
    const history = readRecording('done-train-symbol');
    alter(history.events!.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []));
    expect(await faults([history])).toEqual([
      ['done/AAA', expect.stringMatching(/^DeterminismViolationError: .*does not match/) as string],
    ]);
  });
});

type HistoryEvent = NonNullable<History['events']>[number];
type Scheduled = NonNullable<HistoryEvent['activityTaskScheduledEventAttributes']>;

/** Replayed under the id that the workflow had: children are named after it. */
function withId(history: History) {
  const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  if (workflowId == null) throw new Error('a recording begins with the start of its workflow, which has an id');
  return { workflowId, history };
}

function swap([first, second]: Scheduled[]): void {
  const { activityId, activityType } = { ...first! };
  Object.assign(first!, { activityId: second!.activityId, activityType: second!.activityType });
  Object.assign(second!, { activityId, activityType });
}

/** In the place of the record that follows the last bundle. */
function addBundle(activities: Scheduled[]): void {
  Object.assign(activities.at(-1)!, { activityId: 'bundle-AAA-logistic-h20', activityType: { name: 'bundle' } });
}
