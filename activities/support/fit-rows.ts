import type { RowFamily } from '../../domain/models/contract';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { TrainInput } from '../../shared/contracts/stages';
import type { Artifacts } from '../../shared/store/artifacts';
import { readClasses, readTargets } from '../../shared/tables/label-table';
import { fitFold, type FoldFit } from '../../training/fit';
import type { PlacedRows } from './augmented-fit';
import {
  augmentClasses,
  augmentFeatures,
  augmentFold,
  augmentTargets,
  augmentWeigher,
  countSynthetic,
} from './augmented-fit';
import { foldsOf, readFeatures } from './fit-data';
import type { FittedTask } from './fitted-task';
import { recipeOf } from './fit-recipe';
import { weigherOf } from './sample-weights';
import type { ReportProgress, StageContext } from './stage-definition';
import { StageFault, unwrap } from './stage-fault';

/** A family of single rows: one horizon. */
export async function fitRows(
  family: RowFamily,
  input: TrainInput,
  context: StageContext,
  onProgress: ReportProgress,
): Promise<FittedTask> {
  const { artifacts } = context.store;
  const [horizonBars] = input.task.horizons;
  const labels = input.labels[String(horizonBars)];
  const fold = (await foldsOf(artifacts, input))[String(horizonBars)];
  if (horizonBars === undefined || labels === undefined || fold === undefined) {
    const message = `a fit of ${family.name} needs the labels and the fold of its horizon`;
    throw new StageFault({ code: 'ArtifactMissing', message });
  }
  const { params, seed, preparation, augmentation } = await recipeOf(input, context);
  const isScaled = family.wantsScaledFeatures || (preparation?.pca ?? null) !== null;
  const copies = augmentation?.recipe.copies ?? 0;
  const real = await readFeatures(input, { folds: [fold], kind: isScaled ? 'scaled' : 'raw', copies }, context);
  const { features, featureNames, synthetic } = await augmentFeatures(real, [fold], augmentation, input, artifacts);
  const weigh = await weigherOf(input, labels, context);
  const targets = await targetsOf(
    artifacts,
    labels,
    params['target'] === 'return',
    real.features.rows,
    synthetic,
    horizonBars,
  );
  const fitted = unwrap(
    await fitFold({
      features,
      featureNames,
      ...targets,
      fold: augmentFold(fold, synthetic),
      family,
      params,
      seed,
      ...(preparation === undefined ? {} : { preparation }),
      weigh: await augmentWeigher(weigh, synthetic, horizonBars, input, context),
      onProgress: (progress) => onProgress({ phase: 'fitting', ...progress }),
    }),
  );
  return {
    modelBytes: fitted.modelBytes,
    featureNames,
    scaler: fitted.scalerState,
    importances: fitted.importances,
    contributions: fitted.contributions,
    predictions: [{ horizonBars, rows: fitted.predictions }],
    trainRows: fitted.trainRows,
    syntheticRows: countSynthetic(synthetic),
    training: null,
  };
}

/** The class of every row and, for a family that learns returns, its return in ATR. */
async function targetsOf(
  artifacts: Artifacts,
  ref: ArtifactRef,
  learnsReturns: boolean,
  rows: number,
  synthetic: readonly PlacedRows[],
  horizonBars: number,
): Promise<Pick<FoldFit, 'classIndex' | 'returnAtr'>> {
  if (!learnsReturns) {
    return {
      classIndex: augmentClasses((await readClasses(artifacts, ref)).subarray(0, rows), synthetic, horizonBars),
    };
  }
  return augmentTargets(await readTargets(artifacts, ref), rows, synthetic, horizonBars);
}
