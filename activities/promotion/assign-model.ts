import { Context } from '@temporalio/activity';
import { assignModelInputSchema } from '../../shared/contracts/promotion';
import type { AssignModelInput } from '../../shared/contracts/promotion';
import type { Assignment } from '../../shared/contracts/registry';
import { changeAliases } from '../../shared/store/change-aliases';
import { writeModelCard } from '../../shared/store/write-card';
import { assertSameStore } from '../support/same-store';
import { StageFault } from '../support/stage-fault';
import type { PromotionDependencies } from './dependencies';

/** Promotes, refuses or rolls back, with who and why; a retry of this activity finds what the first attempt wrote. */
export async function assignModel(given: AssignModelInput, deps: PromotionDependencies): Promise<Assignment> {
  const { storeId, ...change } = assignModelInputSchema.parse(given);
  assertSameStore(storeId, deps.storeId);
  const { activityId, workflowExecution } = Context.current().info;
  const assignment = await changeAliases(deps, {
    ...change,
    requestId: `${workflowExecution?.runId ?? ''}/${activityId}`,
    at: new Date(deps.now()).toISOString(),
    details: { workflow: workflowExecution?.workflowId ?? null },
  }).catch((error: unknown) => {
    throw withChampion(error);
  });
  await writeModelCard({ ...deps.store, registry: deps.registry }, change.model, change.version);
  return assignment;
}

/** Whoever decided on an old look is told the champion that stands now, so that it can judge again. */
function withChampion(error: unknown): unknown {
  if (!(error instanceof Error) || !('champion' in error)) return error;
  return new StageFault({ code: 'ChampionMoved', message: error.message, details: { champion: error.champion } });
}
