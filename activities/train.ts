import type { ArtifactRef } from '../shared/contracts/artifact';
import { trainInputSchema } from '../shared/contracts/stages';
import type { TrainInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { fitPart, predictionsOutput } from '../shared/names/ids';
import { sha256Hex, canonicalJson } from '../shared/store/hash';
import type { Artifacts } from '../shared/store/artifacts';
import { predictionColumns } from '../shared/tables/prediction-table';
import { createTableWriter } from '../shared/tables/table-store';
import { foldsOf } from './support/fit-data';
import type { FittedTask } from './support/fitted-task';
import { fitNet } from './support/fit-net';
import { netStepDown } from './support/net-step-down';
import { recipeOf } from './support/fit-recipe';
import { resumeFit } from './support/resume-fit';
import { fitRows } from './support/fit-rows';
import { fitDataOf } from './support/seen-rows';
import type { Computed, StageContext, StageDefinition } from './support/stage-definition';
import { unwrap } from './support/stage-fault';
import { trainedElsewhere } from './support/trained-elsewhere';

/** Train: one family on one fold, with its predictions of the parts that it has not seen. */
export const trainStage: StageDefinition<TrainInput, 'train'> = {
  stage: 'train',
  schema: trainInputSchema,
  part: ({ task }) => fitPart(task.family, task.horizons, task.foldId),
  material: async (input, context) => ({
    ...(await fitDataOf(input, context.store.artifacts)).material,
    folds: sha256Hex(canonicalJson(await foldsOf(context.store.artifacts, input))),
    ...(await recipeOf(input, context)),
  }),
  readFrom: ({ features, labels }) => [features.sha256, ...Object.values(labels).map(({ sha256 }) => sha256)],
  compute: async (input, context, onProgress, lifetime) => {
    const family = unwrap(context.registry.get(input.task.family));
    const fitted =
      family.kind === 'rows'
        ? await fitRows(family, input, context, onProgress)
        : await fitNet(family, input, context, onProgress, lifetime);
    return write(input, fitted, context);
  },
  busyElsewhere: trainedElsewhere,
  resume: resumeFit,
  stepDown: netStepDown,
};

async function write(input: TrainInput, fitted: FittedTask, context: StageContext): Promise<Computed> {
  const { artifacts } = context.store;
  const modelBytes = await artifacts.put(fitted.modelBytes, ARTIFACT_KINDS.model);
  const model = await artifacts.putJson(
    {
      family: input.task.family,
      featureNames: fitted.featureNames,
      scaler: fitted.scaler,
      importances: fitted.importances === null ? null : [...fitted.importances],
      model: modelBytes,
      trainRows: fitted.trainRows,
      engine: context.engineOf(input.task.family),
      training: fitted.training,
    },
    ARTIFACT_KINDS.fit,
  );
  const tables = [];
  for (const { horizonBars, rows } of fitted.predictions) {
    const writer = createTableWriter(artifacts, ARTIFACT_KINDS.foldPredictions);
    await writer.push(predictionColumns(rows));
    tables.push({ name: predictionsOutput(horizonBars), table: await writer.finish() });
  }
  return {
    outputs: {
      model,
      ...Object.fromEntries(tables.map(({ name, table }) => [name, table.ref])),
      ...(await contributionsOutput(fitted, artifacts)),
    },
    parts: [modelBytes, ...tables.flatMap(({ table }) => table.parts)],
    facts: {
      trainRows: fitted.trainRows,
      ...(fitted.syntheticRows === 0 ? {} : { syntheticRows: fitted.syntheticRows }),
      predictedRows: tables.reduce((sum, { table }) => sum + table.rows, 0),
      training: fitted.training,
    },
    ...(fitted.checkpoints === undefined ? {} : { checkpoints: fitted.checkpoints }),
  };
}

/** An output of its own: what is for people alone changes no byte that a later stage reads. */
async function contributionsOutput(
  { contributions }: FittedTask,
  artifacts: Artifacts,
): Promise<{ readonly contributions?: ArtifactRef }> {
  if (contributions === undefined || contributions === null) return {};
  return { contributions: await artifacts.putJson(contributions, ARTIFACT_KINDS.contributions) };
}
