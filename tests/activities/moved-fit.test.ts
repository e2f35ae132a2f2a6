import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { netStepDown } from '../../activities/support/net-step-down';
import type { HeartbeatDetails } from '../../activities/support/heartbeat';
import type { ModelEngines } from '../../inference/model-engines';
import { openModelEngines } from '../../inference/model-engines';
import type { FitTask, StageOutcome, TrainInput } from '../../shared/contracts/stages';
import { ingestFactsSchema } from '../../shared/contracts/stages';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { onThreads } from '../support/tensor-setting';
import type { Bench } from './bench';
import { asActivity, openBench, scopeOf, SMALL_RUN } from './bench';
import { output } from './symbol-path';

const NET_RUN = {
  ...SMALL_RUN,
  models: {
    ...{ majority: { enabled: false }, logistic: { enabled: false }, lightgbm: { enabled: false } },
    mlp: { enabled: true, hidden: [8] },
  },
  nets: { lookback: 6, batchSize: 32, maxEpochs: 6, patience: 6 },
};

const engines = new Map<number, ModelEngines>();
beforeAll(async () => {
  for (const threads of [1, 2]) engines.set(threads, await openModelEngines(locateNativeParts({}), onThreads(threads)));
});

/**
 * A machine with so many threads: to the key of a net another engine, as a graphics card would be. A process loads the library
 * once, so that both compute with the same.
 */
function machine(threads: number, store?: Bench['store']): Bench {
  const { tensorEngine } = engines.get(1)!;
  return openBench({ ...engines.get(threads)!, tensorEngine }, store);
}

/** The one fit of the run, as its workflow schedules it. */
async function fitOf({ activities, ...bench }: Bench): Promise<TrainInput> {
  const scope = await scopeOf({ ...bench }, NET_RUN);
  const ingested = await asActivity(() => activities.ingest({ scope }));
  const raw = ingestFactsSchema.parse(ingested.facts);
  const cleaned = await asActivity(() => activities.clean({ scope, rawBars: output(ingested, 'rawBars'), raw }));
  const bars = output(cleaned, 'bars');
  const { timeframeMs } = raw;
  const featured = await asActivity(() => activities.features({ scope, bars, timeframeMs }));
  const labelled = await asActivity(() => activities.labels({ scope, bars }));
  const split = await asActivity(() => activities.splits({ scope, bars, labels: labelled.outputs }));
  const [task] = split.facts.tasks as FitTask[];
  return {
    ...{ scope, task: task!, features: output(featured, 'features'), timeframeMs, labels: labelled.outputs },
    ...{ folds: output(split, 'folds'), rungs: [], resumeFrom: null },
  };
}

interface Attempt {
  readonly attempt: number;
  /** As the server hands them to the next attempt, wherever that is. */
  readonly heartbeatDetails: HeartbeatDetails | null;
  /** Whether its worker ends once there is a checkpoint. */
  readonly stops: boolean;
}

async function attemptOn(bench: Bench, input: TrainInput, { attempt, heartbeatDetails, stops }: Attempt) {
  const workflowExecution = { workflowId: 'workflow-1', runId: 'execution-1' };
  const environment = new MockActivityEnvironment(
    { activityId: 'train', attempt, heartbeatDetails, workflowExecution },
    { logger: new DefaultLogger('ERROR') },
  );
  const beats: HeartbeatDetails[] = [];
  environment.on('heartbeat', (details: HeartbeatDetails) => {
    beats.push(details);
    if (stops && details.checkpoint !== undefined && details.checkpoint !== 'none yet') environment.cancel('CANCELLED');
  });
  const outcome = await environment
    .run(() => bench.activities.train(input))
    .then(
      (done: unknown) => done as StageOutcome,
      () => null,
    );
  const records = await bench.store.attempts.ofRun('run-1');
  const [record] = records.filter(({ stage }) => stage === 'train').sort((a, b) => b.startedAtMs - a.startedAtMs);
  return { outcome, last: beats.at(-1)!, training: record!.training, key: record!.key };
}

describe('a fit that is moved to another queue in the midst of its training', () => {
  it('goes on from the updates that were saved under the key of the first engine, and ends as one training', async () => {
    const first = machine(1);
    const input = await fitOf(first);
    const begun = await attemptOn(first, input, { attempt: 1, heartbeatDetails: null, stops: true });
    expect(begun.outcome).toBeNull();
    const saved = begun.training!.savedStep;
    expect(saved).toBeGreaterThan(0);
    expect(begun.last.lines).toEqual([begun.key]);
    expect(Buffer.byteLength(JSON.stringify(begun.last))).toBeLessThan(1024);

    const second = machine(2, first.store);
    const moved = await attemptOn(second, input, { attempt: 2, heartbeatDetails: begun.last, stops: false });
    expect(moved.key).not.toBe(begun.key);
    expect(moved.training).toMatchObject({ resumedAtStep: saved });
    expect(moved.outcome?.facts.training).toMatchObject({ epochs: [0, 1, 2, 3, 4, 5].map((epoch) => ({ epoch })) });
    // Both lines are gone with the result.
    expect(await first.store.objects.list('checkpoints/')).toEqual([]);
  }, 60_000);

  it('keeps what was learnt on both when it is moved back', async () => {
    const first = machine(1);
    const input = await fitOf(first);
    const begun = await attemptOn(first, input, { attempt: 1, heartbeatDetails: null, stops: true });
    const second = machine(2, first.store);
    const there = await attemptOn(second, input, { attempt: 2, heartbeatDetails: begun.last, stops: true });
    expect(there.last.lines).toEqual([begun.key, there.key]);
    const back = await attemptOn(first, input, { attempt: 3, heartbeatDetails: there.last, stops: false });
    expect(back.key).toBe(begun.key);
    expect(there.training!.savedStep).toBeGreaterThan(begun.training!.savedStep);
    expect(back.training).toMatchObject({ resumedAtStep: there.training!.savedStep });
    expect(back.outcome).not.toBeNull();
    expect(await first.store.objects.list('checkpoints/')).toEqual([]);
  }, 60_000);

  it('begins at the start where nothing was told, or nothing is left of it', async () => {
    const first = machine(1);
    const input = await fitOf(first);
    const begun = await attemptOn(first, input, { attempt: 1, heartbeatDetails: null, stops: true });
    await first.store.checkpoints.remove(begun.key);
    const second = machine(2, first.store);
    const odd = { ...begun.last, lines: ['../../etc', 7, begun.key] } as unknown as HeartbeatDetails;
    const moved = await attemptOn(second, input, { attempt: 2, heartbeatDetails: odd, stops: false });
    expect(moved.training).toMatchObject({ resumedAtStep: 0 });
    expect(moved.outcome).not.toBeNull();
  }, 60_000);

  it('names the line that has the checkpoints when it has to go down the ladder before its own first one', async () => {
    const first = machine(1);
    const input = await fitOf(first);
    const begun = await attemptOn(first, input, { attempt: 1, heartbeatDetails: null, stops: true });
    const fault = { code: 'OutOfMemory', message: 'no memory' };
    const failed = { key: 'cd'.repeat(32), fault, lastProgress: null };
    const down = (resumeFrom: string | null) => netStepDown({ ...input, resumeFrom }, first.context, failed);
    expect(await down(begun.key)).toMatchObject({ stepDown: { checkpointKey: begun.key } });
    expect(await down(null)).toMatchObject({ stepDown: { checkpointKey: failed.key } });
  }, 60_000);
});
