import { onThreads } from '../../support/tensor-setting';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { createStageActivities } from '../../../activities';
import type { ComputePool } from '../../../activities/support/compute-pool';
import { createStageContext } from '../../../activities/support/context';
import { StageFault } from '../../../activities/support/stage-fault';
import { describeModelEngines } from '../../../inference/model-engines';
import type { IngestInput, StageOutcome } from '../../../shared/contracts/stages';
import { locateNativeParts } from '../../../shared/runtime/native-parts';
import { openStore } from '../../../shared/store/open-store';
import type { Bench } from '../bench';
import { STORE_ID, SMALL_RUN, activityEnvironment, createInProcessPool, scopeOf } from '../bench';

export type Compute = ComputePool['compute'];

/** A bench whose pool can be replaced, counting what it is asked to compute. */
export function openStageBench(given: { readonly compute?: (real: Compute) => Compute } = {}) {
  const store = openStore(createMemoryObjectStore(), () => undefined);
  const context = createStageContext({
    store,
    storeId: STORE_ID,
    engines: describeModelEngines(() => locateNativeParts({}), onThreads(1)),
    baseDir: __dirname,
    tempDir: __dirname,
    roots: null,
    vendorHosts: null,
    environment: {},
  });
  const inProcess = createInProcessPool(context);
  const real: Compute = (stage, input, options) => inProcess.compute(stage, input, options);
  const compute = jest.fn<ReturnType<Compute>, Parameters<Compute>>(given.compute?.(real) ?? real);
  const pool: ComputePool = { compute, close: () => Promise.resolve() };
  const bench: Bench = { store, context, activities: createStageActivities({ context, pool }) };
  return { ...bench, compute, pool };
}

export type StageBench = ReturnType<typeof openStageBench>;

export const failing = (code: string) => (): Compute => () =>
  Promise.reject(new StageFault({ code, message: 'it broke', details: { log: 'logs/last-words.log' } }));

export async function ingestInput(bench: Bench, given: Partial<IngestInput['scope']> = {}): Promise<IngestInput> {
  return { scope: await scopeOf(bench, SMALL_RUN, given) };
}

export function ingest(bench: Bench, input: IngestInput, execution?: string): Promise<StageOutcome> {
  return activityEnvironment(execution).run(() => bench.activities.ingest(input));
}

export async function attemptsOf({ store }: Bench) {
  const attempts = await store.attempts.ofRun('run-1');
  return attempts.map(({ outcome, code, execution }) => ({ outcome, code, execution }));
}
