import { emptyMatrix, matrixFromColumns } from '../domain/core/matrix';
import type { Matrix } from '../domain/core/matrix';
import { deriveSeed } from '../domain/core/random';
import type { Fold } from '../domain/core/folds';
import type { ArtifactRef } from '../shared/contracts/artifact';
import { foldsSchema } from '../shared/contracts/folds';
import { trainInputSchema } from '../shared/contracts/stages';
import type { FitTask, TrainInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { fitPart } from '../shared/names/ids';
import type { Artifacts } from '../shared/store/artifacts';
import { sha256Hex, canonicalJson } from '../shared/store/hash';
import { readClasses } from '../shared/tables/label-table';
import { createTableWriter, float64Column, openTable } from '../shared/tables/table-store';
import { fitFold } from '../training/fit';
import { predictionColumns } from '../shared/tables/prediction-table';
import type { StageContext, StageDefinition } from './support/stage-definition';
import { StageFault, unwrap } from './support/stage-fault';

/** Train: one family on one horizon and one fold, with its predictions of the parts that it has not seen. */
export const trainStage: StageDefinition<TrainInput> = {
  stage: 'train',
  schema: trainInputSchema,
  part: ({ task }) => fitPart(task.family, task.horizonBars, task.foldId),
  material: async (input, context) => ({
    features: input.features.sha256,
    labels: input.labels.sha256,
    fold: sha256Hex(canonicalJson(await foldOf(context.store.artifacts, input.folds, input.task))),
    ...(await recipeOf(input, context)),
  }),
  compute: async (input, context, onProgress) => {
    const { artifacts } = context.store;
    const { task } = input;
    const { family, params, seed, engine } = await recipeOf(input, context);
    const { features, featureNames } = await readFeatures(artifacts, input.features);
    const fitted = unwrap(
      await fitFold({
        features,
        featureNames,
        classIndex: await readClasses(artifacts, input.labels),
        fold: await foldOf(artifacts, input.folds, task),
        family: unwrap(context.registry.get(family)),
        params,
        seed,
        onProgress: (progress) => onProgress({ phase: 'fitting', ...progress }),
      }),
    );
    const modelBytes = await artifacts.put(fitted.modelBytes, ARTIFACT_KINDS.model);
    const model = await artifacts.putJson(
      {
        family,
        featureNames,
        scaler: fitted.scalerState,
        importances: fitted.importances === null ? null : [...fitted.importances],
        model: modelBytes,
        trainRows: fitted.trainRows,
        engine,
      },
      ARTIFACT_KINDS.fit,
    );
    const writer = createTableWriter(artifacts, ARTIFACT_KINDS.foldPredictions);
    await writer.push(predictionColumns(fitted.predictions));
    const predictions = await writer.finish();
    return {
      outputs: { model, predictions: predictions.ref },
      parts: [modelBytes, ...predictions.parts],
      facts: { trainRows: fitted.trainRows, predictedRows: predictions.rows },
    };
  },
};

/** The part of the configuration that a fit reads, its seed and its engine. */
async function recipeOf({ scope, task }: TrainInput, context: StageContext) {
  const config = await context.symbolConfig(scope);
  const { seed } = await context.runConfig(scope.config);
  const params = Object.fromEntries(Object.entries(config.models[task.family]).filter(([name]) => name !== 'enabled'));
  const family = unwrap(context.registry.get(task.family));
  return {
    family: task.family,
    familyVersion: family.version,
    params,
    seed: deriveSeed(seed, 'train', scope.symbol, task.family, task.horizonBars, task.foldId),
    engine: context.engineOf(task.family),
  };
}

async function foldOf(artifacts: Artifacts, folds: ArtifactRef, task: FitTask): Promise<Fold> {
  const byHorizon = foldsSchema.parse(await artifacts.getJson(folds, ARTIFACT_KINDS.folds));
  const fold = byHorizon[String(task.horizonBars)]?.find(({ id }) => id === task.foldId);
  if (fold !== undefined) return fold;
  throw new StageFault({
    code: 'ArtifactCorrupt',
    message: `${folds.uri} has no fold ${task.foldId} of ${String(task.horizonBars)} bars`,
  });
}

/** Fills the matrix part by part, so that columns and matrix never stand in memory together. */
async function readFeatures(
  artifacts: Artifacts,
  ref: ArtifactRef,
): Promise<{ features: Matrix; featureNames: readonly string[] }> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.features);
  const featureNames = table.manifest.columns.map((column) => column.name).filter((name) => name !== 'time');
  const features = emptyMatrix(table.manifest.rows, featureNames.length);
  let firstRow = 0;
  for await (const chunk of table.chunks(featureNames)) {
    const part = matrixFromColumns(featureNames.map((name) => float64Column(chunk, name)));
    features.data.set(part.data, firstRow * featureNames.length);
    firstRow += part.rows;
  }
  return { features, featureNames };
}
