import { compareModels } from '../../inference/compare-models';
import type { GateVerdict } from '../../shared/contracts/registry';
import type { Contestant, JudgeModelInput, JudgeTask } from '../../shared/contracts/promotion';
import { gateEvidenceSchema, judgeModelInputSchema, judgeTaskSchema } from '../../shared/contracts/promotion';
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
  material: ({ champion, challenger, gate }, context) => {
    const side = ({ bundle, trainedUntilMs, family }: Contestant) => ({
      bundle: bundle.sha256,
      trainedUntilMs,
      engine: context.engineOf(family),
    });
    return Promise.resolve({ champion: side(champion), challenger: side(challenger), gate });
  },
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
  return judgeTaskSchema.parse({
    scope: { runId: challenger.runId, symbol: challenger.symbol, storeId: input.storeId, mustBeCached: false },
    horizonBars: challenger.horizonBars,
    champion: contestantOf(champion),
    challenger: contestantOf(challenger),
    gate: input.gate,
  });
}

function contestantOf({ version, family, bundle, trainedUntilMs }: Awaited<ReturnType<Registry['version']>>) {
  return { version, family, bundle, trainedUntilMs };
}

/** The verdict out of the evidence that the computation left. */
export async function verdictOf(
  { outputs }: Pick<StageOutcome, 'outputs'>,
  { artifacts }: Pick<Store, 'artifacts'>,
): Promise<GateVerdict> {
  const { evidence } = outputs;
  if (evidence === undefined) throw new StageFault({ code: 'Unexpected', message: 'a judgement left no evidence' });
  const { passed, checks, rows } = gateEvidenceSchema.parse(
    await artifacts.getJson(evidence, ARTIFACT_KINDS.gateEvidence),
  );
  return { passed, checks, rows, evidence };
}
