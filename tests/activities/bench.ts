import { onThreads } from '../support/tensor-setting';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createStageActivities } from '../../activities';
import { COMPUTATIONS } from '../../activities/stages';
import type { ComputePool } from '../../activities/support/compute-pool';
import { createStageContext } from '../../activities/support/context';
import type { StageContext, StageDefinition, StageInput } from '../../activities/support/stage-definition';
import type { StageActivities } from '../../activities/types';
import { openModelEngines } from '../../inference/model-engines';
import type { ModelEngines } from '../../inference/model-engines';
import { resolveConfig } from '../../shared/contracts/config/resolve';
import type { RunConfig } from '../../shared/contracts/config/schema';
import type { SymbolScope } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import type { Store } from '../../shared/store/open-store';
import { openStore } from '../../shared/store/open-store';
import { lightGbmPaths } from '../support/lightgbm-engine';
import { createMemoryObjectStore } from '../support/memory-object-store';

export const STORE_ID = 'store-of-the-test';
const FAR_FUTURE_MS = Date.UTC(2200, 0, 1);
const ENVIRONMENT = { commit: 'test' };

/** One symbol of 1 500 generated hours, one horizon, every family: the smallest run that has all of it. */
export const SMALL_RUN = {
  source: { kind: 'generated', symbolCount: 1, bars: 1_500, delistOne: false },
  clean: { minBars: 500 },
  features: { include: ['rsi14', 'atrShare14', 'volumeRatio20', 'closePosition'] },
  labels: { horizons: [{ bars: 8, upAtr: 1.2, downAtr: 1.2 }] },
  splits: { minPartRows: 20 },
  models: { logistic: { maxIterations: 20 }, lightgbm: { rounds: 5, minDataInLeaf: 20 } },
  evaluation: { bootstrapSamples: 10 },
};

/** Everything that an activity needs, in memory and in this process. */
export interface Bench {
  readonly store: Store;
  readonly context: StageContext;
  readonly activities: StageActivities;
}

/** The engines of this machine. Without LightGBM the tests fail: a skipped native test proves nothing. */
export function realEngines(): Promise<ModelEngines> {
  lightGbmPaths();
  return openModelEngines(locateNativeParts(process.env), onThreads(1));
}

export function openBench(
  engines: ModelEngines,
  store: Store = openStore(createMemoryObjectStore(), () => undefined),
): Bench {
  const context = createStageContext({
    store,
    storeId: STORE_ID,
    engines,
    baseDir: __dirname,
    tempDir: __dirname,
    roots: null,
    vendorHosts: null,
    environment: ENVIRONMENT,
  });
  return { store, context, activities: createStageActivities({ context, pool: createInProcessPool(context) }) };
}

/** Computes where it is called: what a compute child does, without the process. */
export function createInProcessPool(context: StageContext): ComputePool {
  return {
    compute: async (stage, input, { key, onProgress, signal }) => {
      const definition: StageDefinition<StageInput> = COMPUTATIONS[stage];
      return definition.compute(definition.schema.parse(input), context, onProgress, {
        key,
        signal,
        canStop: () => undefined,
        tell: () => undefined,
      });
    },
    close: () => Promise.resolve(),
  };
}

export function configOf(input: unknown): RunConfig {
  const resolved = resolveConfig(input);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  return resolved.config;
}

export async function scopeOf(
  { store }: Pick<Bench, 'store'>,
  input: unknown,
  given: Partial<SymbolScope> = {},
): Promise<SymbolScope> {
  return {
    runId: 'run-1',
    symbol: 'GEN01',
    config: await store.artifacts.putJson(configOf(input), ARTIFACT_KINDS.config),
    storeId: STORE_ID,
    asOfMs: FAR_FUTURE_MS,
    mustBeCached: false,
    ...given,
  };
}

export function activityEnvironment(executionRunId = 'execution-1'): MockActivityEnvironment {
  const workflowExecution = { workflowId: 'workflow-1', runId: executionRunId };
  return new MockActivityEnvironment(
    { activityId: 'activity-1', workflowExecution },
    { logger: new DefaultLogger('ERROR') },
  );
}

/** Runs something as an activity of its own. */
export function asActivity<T>(work: () => Promise<T>): Promise<T> {
  return activityEnvironment().run(work);
}

/** What an activity failed with. */
export async function failureOf(running: Promise<unknown>): Promise<Readonly<Record<string, unknown>> & Error> {
  return running.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as Readonly<Record<string, unknown>> & Error,
  );
}
