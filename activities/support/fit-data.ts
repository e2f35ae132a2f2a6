import type { Fold } from '../../domain/core/folds';
import type { Matrix } from '../../domain/core/matrix';
import { emptyMatrix, matrixFromColumns } from '../../domain/core/matrix';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { foldsSchema, type FoldsByHorizon } from '../../shared/contracts/folds';
import type { TrainInput } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { float64Column, openTable } from '../../shared/tables/table-store';
import { selectedNames } from './seen-rows';
import { StageFault } from './stage-fault';

/** Features of a symbol as a fit reads them: row t belongs to bar t, which closes at `time[t]`. */
export interface FeatureMatrix {
  readonly features: Matrix;
  readonly featureNames: readonly string[];
  readonly time: Float64Array;
}

/**
 * The features that a fit is given: the selected ones, or all where nothing was selected. Fills the matrix part by part, so
 * that columns and matrix never stand in memory together.
 */
export async function readFeatures(
  artifacts: Artifacts,
  { features: ref, selection }: Pick<TrainInput, 'features' | 'selection'>,
): Promise<FeatureMatrix> {
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.features);
  const all = table.manifest.columns.map((column) => column.name).filter((name) => name !== 'time');
  const featureNames = selection === undefined ? all : await selectedNames(artifacts, selection);
  const features = emptyMatrix(table.manifest.rows, featureNames.length);
  const time = new Float64Array(table.manifest.rows);
  let firstRow = 0;
  for await (const chunk of table.chunks(['time', ...featureNames])) {
    const part = matrixFromColumns(featureNames.map((name) => float64Column(chunk, name)));
    features.data.set(part.data, firstRow * featureNames.length);
    time.set(float64Column(chunk, 'time'), firstRow);
    firstRow += part.rows;
  }
  return { features, featureNames, time };
}

/** The folds of every horizon. */
export async function readFolds(artifacts: Artifacts, ref: ArtifactRef): Promise<FoldsByHorizon> {
  return foldsSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.folds));
}

/** The fold of the task, by horizon. */
export async function foldsOf(
  artifacts: Artifacts,
  { folds: ref, task }: Pick<TrainInput, 'folds' | 'task'>,
): Promise<Readonly<Record<string, Fold>>> {
  const byHorizon = await readFolds(artifacts, ref);
  return Object.fromEntries(
    task.horizons.map((horizonBars) => {
      const fold = byHorizon[String(horizonBars)]?.find(({ id }) => id === task.foldId);
      if (fold !== undefined) return [String(horizonBars), fold];
      throw new StageFault({
        code: 'ArtifactCorrupt',
        message: `${ref.uri} has no fold ${task.foldId} of ${String(horizonBars)} bars`,
      });
    }),
  );
}
