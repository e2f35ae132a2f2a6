import type { Fold } from '../../domain/core/folds';
import type { Matrix } from '../../domain/core/matrix';
import { emptyMatrix, matrixFromColumns } from '../../domain/core/matrix';
import { countRows } from '../../domain/core/rows';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { foldsSchema, type FoldsByHorizon } from '../../shared/contracts/folds';
import type { TrainInput } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { chunkRows } from '../../shared/tables/table';
import { float64Column, openTable } from '../../shared/tables/table-store';
import { endOf } from './fold-end';
import type { FitSize } from './fit-size';
import { tooLarge } from './fit-size';
import { featureNames } from './market-features';
import { selectedNames } from './seen-rows';
import type { StageContext } from './stage-definition';
import { StageFault } from './stage-fault';

/** Features of a symbol as a fit reads them: row t belongs to bar t, which closes at `time[t]`. */
export interface FeatureMatrix {
  readonly features: Matrix;
  readonly featureNames: readonly string[];
  readonly time: Float64Array;
}

/** What is known of a fit before anything large is read. */
export interface PlannedFit {
  /** Of every horizon that is learnt. */
  readonly folds: readonly Fold[];
  readonly kind: FitSize['kind'];
  /** Synthetic series beside the real one. */
  readonly copies: number;
}

/**
 * The features that a fit is given, up to the end of its fold. `FitTooLarge` where the fit would need more memory than its
 * process may have.
 */
export async function readFeatures(
  input: Pick<TrainInput, 'features' | 'selection' | 'task'>,
  { folds, kind, copies }: PlannedFit,
  { store: { artifacts }, memoryBytes }: Pick<StageContext, 'store' | 'memoryBytes'>,
): Promise<FeatureMatrix> {
  const { family, foldId } = input.task;
  const endRow = endOf(folds);
  const trainRows = Math.max(0, ...folds.map(({ train }) => countRows(train)));
  const syntheticRows = copies * trainRows;
  const features = (await namesOf(artifacts, input)).length;
  const rows = { rows: endRow + syntheticRows, learntRows: trainRows + syntheticRows, syntheticRows };
  const fault = tooLarge({ family, foldId, features, kind, ...rows }, memoryBytes);
  if (fault !== null) throw new StageFault(fault);
  return readMatrix(artifacts, input, endRow);
}

/**
 * The selected features, or all where nothing was selected, of so many rows at most. Fills the matrix part by part, so that
 * columns and matrix never stand in memory together.
 */
export async function readMatrix(
  artifacts: Artifacts,
  given: Pick<TrainInput, 'features' | 'selection'>,
  endRow = Infinity,
): Promise<FeatureMatrix> {
  const table = await openTable(artifacts, given.features, ARTIFACT_KINDS.features);
  const names = await namesOf(artifacts, given);
  const rows = Math.min(table.manifest.rows, endRow);
  const features = emptyMatrix(rows, names.length);
  const time = new Float64Array(rows);
  let firstRow = 0;
  for await (const chunk of table.chunks(['time', ...names])) {
    const wanted = Math.min(chunkRows(chunk), rows - firstRow);
    const column = (name: string): Float64Array => float64Column(chunk, name).subarray(0, wanted);
    features.data.set(matrixFromColumns(names.map(column)).data, firstRow * names.length);
    time.set(column('time'), firstRow);
    firstRow += wanted;
    if (firstRow === rows) break;
  }
  return { features, featureNames: names, time };
}

async function namesOf(
  artifacts: Artifacts,
  { features, selection }: Pick<TrainInput, 'features' | 'selection'>,
): Promise<readonly string[]> {
  if (selection !== undefined) return selectedNames(artifacts, selection);
  return featureNames(await openTable(artifacts, features, ARTIFACT_KINDS.features));
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
