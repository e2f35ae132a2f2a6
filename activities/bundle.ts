import { CLASS_NAMES, META_CLASS_NAMES } from '../domain/core/classes';
import { furthestTrained } from '../domain/splits/furthest-trained';
import type { Bundle } from '../shared/contracts/bundle';
import { bundleSchema, crossParent } from '../shared/contracts/bundle';
import { readingOf } from '../shared/contracts/config/source-schema';
import { fittedFeaturesSchema } from '../shared/contracts/fitted-features';
import { calibratorsSchema, fitSchema } from '../shared/contracts/model-artifacts';
import { bundleInputSchema } from '../shared/contracts/stages';
import type { BundleInput, FitResult } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { modelPart } from '../shared/names/ids';
import { readFolds } from './support/fit-data';
import type { StageContext, StageDefinition } from './support/stage-definition';
import { StageFault, unwrap } from './support/stage-fault';

/** Bundle: the model of the fold whose training reaches furthest, with all that stands before and after it, ready to predict. */
export const bundleStage: StageDefinition<BundleInput, 'bundle'> = {
  stage: 'bundle',
  schema: bundleInputSchema,
  part: ({ family, horizonBars }) => modelPart(family, horizonBars),
  material: async (input, context) => {
    const { config, seed, reading } = await configOf(input, context);
    const { foldId } = await furthestFit(input, context);
    return {
      symbol: input.scope.symbol,
      fits: input.fits.map(({ foldId, model }) => ({ foldId, model: model.sha256 })),
      // Where it is the last, as it is in time order, the key says no more than before there were other schemes.
      ...(foldId === input.fits.at(-1)?.foldId ? {} : { bundled: foldId }),
      calibrators: input.calibrators.sha256,
      predictions: input.predictions.sha256,
      bars: input.bars.sha256,
      labels: input.labels.sha256,
      timeframeMs: input.timeframeMs,
      ...(input.fitted === undefined ? {} : { fitted: input.fitted.sha256 }),
      ...(input.cross === undefined
        ? {}
        : {
            cross: input.cross.map(({ symbol, bars }) => ({ symbol, bars: bars.sha256 })),
            crossClean: (await cleanOfCross(input, context)).map(({ clean }) => clean),
          }),
      config,
      seed,
      reading,
      environment: context.environment,
    };
  },
  compute: async (input, context) => {
    const { artifacts } = context.store;
    const { config, seed, reading } = await configOf(input, context);
    const last = await furthestFit(input, context);
    const fit = fitSchema.parse(await artifacts.getJson(last.model, ARTIFACT_KINDS.fit));
    const { folds } = calibratorsSchema.parse(await artifacts.getJson(input.calibrators, ARTIFACT_KINDS.calibrators));
    const calibrator = folds.find(({ foldId }) => foldId === last.foldId);
    if (calibrator === undefined)
      throw new StageFault({ code: 'ArtifactCorrupt', message: `there is no calibrator of fold ${last.foldId}` });
    const isNet = unwrap(context.registry.get(input.family)).kind === 'windows';
    const bundle: Bundle = {
      symbol: input.scope.symbol,
      family: input.family,
      horizonBars: input.horizonBars,
      timeframeMs: input.timeframeMs,
      classes: config.labels.meta === null ? [...CLASS_NAMES] : [...META_CLASS_NAMES],
      recipe: {
        reading,
        clean: config.clean,
        features: {
          names: fit.featureNames,
          higherTimeframeMultiple: config.features.higherTimeframeMultiple,
          higherTimeframeMultiple2: config.features.higherTimeframeMultiple2,
          ...(await fittedOf(input, context)),
          ...(await crossOf(input, context, config.features.crossMaxAgeDays)),
        },
        ...(config.labels.meta === null ? {} : { primary: config.labels.meta }),
        scaler: fit.scaler,
        windows: isNet ? { gapBars: config.clean.gapBars, maxClosureDays: config.nets.maxClosureDays } : null,
        model: fit.model,
        calibrator: { method: calibrator.method, state: calibrator.state },
      },
      manifest: {
        foldId: last.foldId,
        parents: {
          bars: input.bars,
          labels: input.labels,
          fit: last.model,
          calibrators: input.calibrators,
          predictions: input.predictions,
          ...(input.fitted === undefined ? {} : { fitted: input.fitted }),
          ...Object.fromEntries((input.cross ?? []).map(({ symbol, bars }) => [crossParent(symbol), bars])),
        },
        config,
        seed,
        engine: fit.engine,
        environment: { ...context.environment },
      },
    };
    return {
      outputs: { bundle: await artifacts.putJson(bundleSchema.parse(bundle), ARTIFACT_KINDS.bundle) },
      parts: [fit.model],
      facts: { foldId: last.foldId },
    };
  },
};

async function furthestFit({ fits, folds, horizonBars }: BundleInput, { store }: StageContext): Promise<FitResult> {
  const byHorizon = folds === undefined ? {} : await readFolds(store.artifacts, folds);
  const fitted = byHorizon[String(horizonBars)]?.filter(({ id }) => fits.some(({ foldId }) => foldId === id)) ?? [];
  const furthest = furthestTrained(fitted);
  const fit = furthest === undefined ? fits.at(-1) : fits.find(({ foldId }) => foldId === furthest.id);
  if (fit === undefined) throw new StageFault({ code: 'Unexpected', message: 'a bundle needs at least one fit' });
  return fit;
}

async function configOf({ scope }: BundleInput, context: StageContext) {
  const { seed, source } = await context.runConfig(scope.config);
  return { config: await context.symbolConfig(scope), seed, reading: readingOf(source) };
}

async function fittedOf({ fitted }: BundleInput, { store }: StageContext) {
  if (fitted === undefined) return {};
  return fittedFeaturesSchema.parse(await store.artifacts.getJson(fitted, ARTIFACT_KINDS.fittedFeatures));
}

async function crossOf(input: BundleInput, context: StageContext, maxAgeDays: number) {
  const symbols = await cleanOfCross(input, context);
  return symbols.length === 0 ? {} : { cross: { maxAgeDays, symbols } };
}

/** How the bars that were laid beside are cleaned: by the settings of their own symbol. */
function cleanOfCross({ scope, cross = [] }: BundleInput, context: StageContext) {
  return Promise.all(
    cross.map(async ({ symbol }) => ({ symbol, clean: (await context.symbolConfig({ ...scope, symbol })).clean })),
  );
}
