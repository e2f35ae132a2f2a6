import { CLASS_COUNT } from '../core/classes';
import type { Matrix } from '../core/matrix';
import { fail, ok, type Result } from '../core/result';
import { weighClasses } from './class-weights';
import type { FittedModel, RowFamily } from './contract';
import type { Booster, BoostingEngine, BoostingParameters } from './engines';
import { decodeModel, encodeModel } from './model-bytes';

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
}

/**
 * LightGBM on three classes with early stopping by log loss on the stopping part; the best round is kept. A fit is atomic:
 * continuing one from a saved model draws other samples and gives another model.
 */
export function createLightGbmFamily(engine: BoostingEngine): RowFamily<LightGbmSettings> {
  return {
    ...FAMILY,
    kind: 'rows',
    wantsScaledFeatures: false,
    fit: async (train, stopping, params, context) => {
      const weights = weighClasses(train);
      if (!weights.ok) return weights;
      const modelText = await engine.train({
        train,
        stopping: stopping.features.rows === 0 ? null : stopping,
        featureNames: context.featureNames,
        parameters: lightGbmParameters(params, context.seed),
        rounds: params.rounds,
        earlyStoppingRounds: params.earlyStoppingRounds,
        onRound: (step, loss) => context.onProgress({ step, steps: params.rounds, loss }),
      });
      // The model is used as loaded from its text, so that a saved one cannot predict anything else.
      return modelText.ok ? loadModel(engine, modelText.value) : modelText;
    },
    fromBytes: (bytes) => {
      const body = decodeModel(FAMILY, bytes);
      if (!body.ok) return body;
      const { modelText } = body.value;
      if (typeof modelText !== 'string') return fail('InvalidModel', 'The saved LightGBM model lacks its model text.');
      return loadModel(engine, modelText);
    },
  };
}

/**
 * The parameters under LightGBM's names. `deterministic` and `force_row_wise` make a fit independent of timing; the seed is
 * cut to 31 bits because LightGBM reads it as a signed integer.
 */
export function lightGbmParameters(settings: LightGbmSettings, seed: number): BoostingParameters {
  return {
    objective: 'multiclass',
    num_class: CLASS_COUNT,
    metric: 'multi_logloss',
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
