import { compareModels } from '../../inference/compare-models';
import { comparisonOf, judgementMaterial, verdictIn } from '../../inference/judgement';
import type { GateVerdict } from '../../shared/contracts/registry';
import type { JudgeModelInput, JudgeTask } from '../../shared/contracts/promotion';
import { judgeModelInputSchema, judgeTaskSchema } from '../../shared/contracts/promotion';
import type { StageOutcome } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Store } from '../../shared/store/open-store';
import type { Registry } from '../../shared/store/registry';
import type { StageDefinition } from '../support/stage-definition';
import { StageFault, unwrap } from '../support/stage-fault';

/** Judge: champion and challenger on the same test bars, computed in a child and kept by content as a stage is. */
export const judgeStage: StageDefinition<JudgeTask, 'judge'> = {
  stage: 'judge',
  schema: judgeTaskSchema,
  part: ({ horizonBars, champion, challenger }) =>
    `h${String(horizonBars)}-v${String(challenger.version)}-against-v${String(champion.version)}`,
  material: (task, context) => Promise.resolve(judgementMaterial(task, context.engineOf)),
  compute: async (task, context, onProgress) => {
    const { artifacts } = context.store;
    onProgress({ phase: 'predicting', step: 0, steps: 2, loss: null });
    const evidence = unwrap(
      await compareModels(task, {
        artifacts,
        engines: context,
        onProgress: (step) => onProgress({ phase: 'predicting', step, steps: 2, loss: null }),
      }),
    );
    return {
      outputs: { evidence: await artifacts.putJson(evidence, ARTIFACT_KINDS.gateEvidence) },
      parts: [],
      facts: { passed: evidence.passed, rows: evidence.rows },
    };
  },
};

/** What is to be computed for a judgement: both versions as the registry knows them. */
export async function judgeTask(given: JudgeModelInput, registry: Registry): Promise<JudgeTask> {
  const input = judgeModelInputSchema.parse(given);
  const challenger = await registry.version(input.model, input.version);
  const champion = await registry.version(input.model, input.champion);
  return {
    ...comparisonOf({ champion, challenger, gate: input.gate }),
    scope: { runId: challenger.runId, symbol: challenger.symbol, storeId: input.storeId, mustBeCached: false },
  };
}

/** The verdict out of the evidence that the computation left. */
export async function verdictOf(
  { outputs }: Pick<StageOutcome, 'outputs'>,
  { artifacts }: Pick<Store, 'artifacts'>,
): Promise<GateVerdict> {
  const { evidence } = outputs;
  if (evidence === undefined) throw new StageFault({ code: 'Unexpected', message: 'a judgement left no evidence' });
  return verdictIn(evidence, artifacts);
}
