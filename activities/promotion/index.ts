import type { Store } from '../../shared/store/open-store';
import { createRegistry } from '../../shared/store/registry';
import type { ActivityLogs } from '../support/activity-log';
import type { ComputePool } from '../support/compute-pool';
import { guarded } from '../support/guarded';
import { runComputation } from '../support/run-stage';
import { assertSameStore } from '../support/same-store';
import type { StageContext } from '../support/stage-definition';
import type { StageWatch } from '../support/stage-watch';
import { NO_STAGE_WATCH } from '../support/stage-watch';
import { NO_STEP_NOTES } from '../support/step-notes';
import { createUnexpectedCounter } from '../support/unexpected-counter';
import type { JudgeActivities, RegistryActivities } from '../types';
import { assignModel } from './assign-model';
import { promotionDependencies } from './dependencies';
import { judgeStage, judgeTask, verdictOf } from './judge';
import { registerModels } from './register-models';

/** Around the model registry, on the control queue. */
export function createRegistryActivities(given: {
  readonly store: Store;
  readonly storeId: string;
  readonly logs: ActivityLogs;
}): RegistryActivities {
  const watched = { unexpected: createUnexpectedCounter(), logs: given.logs };
  const deps = promotionDependencies(given);
  return {
    registerModels: (input) => guarded(watched, () => registerModels(input, deps), input.runId),
    assignModel: (input) => guarded(watched, () => assignModel(input, deps)),
  };
}

/** Champion against challenger, on the cpu queue: computed in a child, where native engines may be loaded. */
export function createJudgeActivities(deps: {
  readonly context: StageContext;
  readonly pool: ComputePool;
  readonly logs: ActivityLogs;
  readonly watch?: StageWatch;
}): JudgeActivities {
  const watched = { unexpected: createUnexpectedCounter(), logs: deps.logs };
  const all = { notes: NO_STEP_NOTES, watch: NO_STAGE_WATCH, ...deps, ...watched };
  const { store, storeId } = deps.context;
  const registry = createRegistry(store.objects);
  return {
    judgeModel: async (input) => {
      const task = await guarded(watched, () => {
        assertSameStore(input.storeId, storeId);
        return judgeTask(input, registry);
      });
      const outcome = await runComputation(judgeStage, task, all);
      return guarded(watched, () => verdictOf(outcome, store));
    },
  };
}
