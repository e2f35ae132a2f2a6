import type { Store } from '../../shared/store/open-store';
import type { ActivityLogs } from '../support/activity-log';
import type { ComputePool } from '../support/compute-pool';
import { guarded } from '../support/guarded';
import { runComputation } from '../support/run-stage';
import { assertSameStore } from '../support/same-store';
import type { StageContext } from '../support/stage-definition';
import type { StageWatch } from '../support/stage-watch';
import { NO_STAGE_WATCH } from '../support/stage-watch';
import { NO_STEP_NOTES } from '../support/step-notes';
import type { UnexpectedCounter } from '../support/unexpected-counter';
import { createUnexpectedCounter } from '../support/unexpected-counter';
import type { JudgeActivities, RegistryActivities, RetrainControlActivities } from '../types';
import { assignModel } from './assign-model';
import { promotionDependencies } from './dependencies';
import { judgeStage, judgeTask, verdictOf } from './judge';
import { preparePromotion } from './prepare-promotion';
import { prepareRetrain } from './prepare-retrain';
import { recordRetrain } from './record-retrain';
import { registerModels } from './register-models';

/** Activities of `dailyRetrain` and `promoteModel` on the control queue: around the registry, without trainer children. */
export function createPromotionActivities(given: {
  readonly store: Store;
  readonly storeId: string;
  readonly logs: ActivityLogs;
  /** One for all activities of a process. */
  readonly unexpected?: UnexpectedCounter;
}): RegistryActivities & RetrainControlActivities {
  const { logs, unexpected = createUnexpectedCounter() } = given;
  const watched = { unexpected, logs };
  const deps = promotionDependencies(given);
  return {
    registerModels: (input) => guarded(watched, () => registerModels(input, deps), input.runId),
    assignModel: (input) => guarded(watched, () => assignModel(input, deps)),
    prepareRetrain: (input) => guarded(watched, () => Promise.resolve(prepareRetrain(input, deps))),
    preparePromotion: (input) => guarded(watched, () => preparePromotion(input, deps)),
    lookUpChampion: (input) =>
      guarded(watched, async () => {
        assertSameStore(input.storeId, deps.storeId);
        return (await deps.registry.current(input.model))?.champion ?? null;
      }),
    recordRetrain: (input) => guarded(watched, () => recordRetrain(input, deps)),
  };
}

/** Champion against challenger, on the cpu queue: computed in a child, where native engines may be loaded. */
export function createJudgeActivities(deps: {
  readonly context: StageContext;
  readonly pool: ComputePool;
  readonly logs: ActivityLogs;
  readonly watch?: StageWatch;
  readonly unexpected?: UnexpectedCounter;
}): JudgeActivities {
  const all = { notes: NO_STEP_NOTES, watch: NO_STAGE_WATCH, unexpected: createUnexpectedCounter(), ...deps };
  const { store } = deps.context;
  const { registry, storeId } = promotionDependencies(deps.context);
  return {
    judgeModel: async (input) => {
      const task = await guarded(all, () => {
        assertSameStore(input.storeId, storeId);
        return judgeTask(input, registry);
      });
      const outcome = await runComputation(judgeStage, task, all);
      return guarded(all, () => verdictOf(outcome, store));
    },
  };
}
