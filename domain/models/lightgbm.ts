import { CLASS_COUNT } from '../core/classes';
import type { Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { weighClasses } from './class-weights';
import type { FitContext, FitTarget, FittedModel, LabelledRows, RowFamily } from './contract';
import type { Booster, BoostingEngine, BoostingParameters, BoostingRows } from './engines';
import { decodeModel, encodeModel } from './model-bytes';
import { checkReturns, fitLinked, isLinked, linkedFromBody, type ReturnModel } from './return-link';

const FAMILY = { name: 'lightgbm', version: 1 } as const;

export interface LightGbmSettings {
  readonly rounds: number;
  readonly earlyStoppingRounds: number;
  readonly learningRate: number;
  readonly numLeaves: number;
  readonly minDataInLeaf: number;
  readonly featureFraction: number;
  readonly baggingFraction: number;
  readonly baggingFreq: number;
  readonly lambdaL2: number;
  readonly maxBin: number;
  /** Absent: class. */
  readonly target?: FitTarget;
}

/**
 * LightGBM on three classes with early stopping by log loss on the stopping part; the best round is kept. With the target
 * `return` it is a regression of the return in ATR, stopped by squared error, whose answer is made into probabilities as a
 * net's is. A fit is atomic: continuing one from a saved model draws other samples and gives another model.
 */
export function createLightGbmFamily(engine: BoostingEngine): RowFamily<LightGbmSettings> {
  return {
    ...FAMILY,
    kind: 'rows',
    wantsScaledFeatures: false,
    fit: async (train, stopping, params, context) => {
      if (params.target === 'return') return fitReturns(engine, train, stopping, params, context);
      const weights = weighClasses(train);
      if (!weights.ok) return weights;
      const modelText = await trainText(engine, train, stopping, params, context);
      // The model is used as loaded from its text, so that a saved one cannot predict anything else.
      return modelText.ok ? loadModel(engine, modelText.value) : modelText;
    },
    fromBytes: (bytes) => {
      const body = decodeModel(FAMILY, bytes);
      if (!body.ok) return body;
      const { modelText } = body.value;
      if (typeof modelText !== 'string') return fail('InvalidModel', 'The saved LightGBM model lacks its model text.');
      if (!isLinked(body.value)) return loadModel(engine, modelText);
      const model = loadReturnModel(engine, modelText);
      return model.ok ? linkedFromBody(FAMILY, model.value, body.value) : model;
    },
  };
}

/**
 * The parameters under LightGBM's names. `deterministic` and `force_row_wise` make a fit independent of timing; the seed is
 * cut to 31 bits because LightGBM reads it as a signed integer.
 */
export function lightGbmParameters(settings: LightGbmSettings, seed: number): BoostingParameters {
  return {
    ...(settings.target === 'return'
      ? { objective: 'regression', metric: 'l2' }
      : { objective: 'multiclass', num_class: CLASS_COUNT, metric: 'multi_logloss' }),
    learning_rate: settings.learningRate,
    num_leaves: settings.numLeaves,
    min_data_in_leaf: settings.minDataInLeaf,
    feature_fraction: settings.featureFraction,
    bagging_fraction: settings.baggingFraction,
    bagging_freq: settings.baggingFreq,
    lambda_l2: settings.lambdaL2,
    max_bin: settings.maxBin,
    seed: seed & 0x7fffffff,
    deterministic: true,
    force_row_wise: true,
  };
}

function trainText(
  engine: BoostingEngine,
  train: BoostingRows,
  stopping: BoostingRows,
  params: LightGbmSettings,
  context: FitContext,
): Promise<Result<string>> {
  return engine.train({
    train,
    stopping: stopping.features.rows === 0 ? null : stopping,
    featureNames: context.featureNames,
    parameters: lightGbmParameters(params, context.seed),
    rounds: params.rounds,
    earlyStoppingRounds: params.earlyStoppingRounds,
    onRound: (step, loss) => context.onProgress({ step, steps: params.rounds, loss }),
  });
}

async function fitReturns(
  engine: BoostingEngine,
  train: LabelledRows,
  stopping: LabelledRows,
  params: LightGbmSettings,
  context: FitContext,
): Promise<Result<FittedModel>> {
  const returns = checkReturns(train);
  if (!returns.ok) return returns;
  const stoppingReturns = stopping.returns ?? new Float64Array(0);
  const modelText = await trainText(
    engine,
    { ...train, labels: returns.value },
    { features: stopping.features, labels: stoppingReturns },
    params,
    context,
  );
  if (!modelText.ok) return modelText;
  const model = loadReturnModel(engine, modelText.value);
  return model.ok ? fitLinked(FAMILY, model.value, stopping) : model;
}

function loadReturnModel(engine: BoostingEngine, modelText: string): Result<ReturnModel> {
  const loaded = engine.load(modelText);
  if (!loaded.ok) return loaded;
  const booster = loaded.value;
  if (booster.classCount !== 1) {
    booster.dispose();
    return fail('InvalidModel', `The LightGBM model of returns has ${booster.classCount} outputs, expected 1.`);
  }
  return ok({
    importances: booster.gainImportances(),
    predictReturns: (features) => booster.predict(features),
    contributions: (features) => booster.contributions(features),
    body: { modelText },
    dispose: () => booster.dispose(),
  });
}

function loadModel(engine: BoostingEngine, modelText: string): Result<FittedModel> {
  const booster = engine.load(modelText);
  if (!booster.ok) return booster;
  if (booster.value.classCount !== CLASS_COUNT) {
    booster.value.dispose();
    return fail('InvalidModel', `The LightGBM model has ${booster.value.classCount} classes, expected ${CLASS_COUNT}.`);
  }
  return ok(lightGbmModel(booster.value, modelText));
}

function lightGbmModel(booster: Booster, modelText: string): FittedModel {
  return {
    family: FAMILY.name,
    importances: booster.gainImportances(),
    predictProbabilities: (features: Matrix) => booster.predict(features),
    contributions: (features: Matrix) => booster.contributions(features),
    toBytes: () => encodeModel(FAMILY, { modelText }),
    dispose: () => booster.dispose(),
  };
}
