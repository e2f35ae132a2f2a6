import type { Matrix } from '../core/matrix';
import type { Result } from '../core/result';
import type { ProgramDefinition, TensorProgram } from '../../training/graph/program';

/** What computes a fit: part of the stage key of training and prediction, since another engine may give other bits. */
export interface EngineDescription {
  readonly library: string;
  readonly version: string;
  /** Hash of the native library's file, where there is one. */
  readonly librarySha256?: string;
  readonly threads: number;
  readonly device: 'cpu' | 'gpu';
}

/** The engine of families that are computed in plain TypeScript. */
export const PORTABLE_ENGINE: EngineDescription = {
  library: 'candlewick',
  version: '1',
  threads: 1,
  device: 'cpu',
};

export type BoostingParameters = Readonly<Record<string, string | number | boolean>>;

/** Rows with the class index of each, or with the number that is to be told of it; weights as in LabelledRows. */
export interface BoostingRows {
  readonly features: Matrix;
  readonly labels: Int32Array | Float64Array;
  readonly weights?: Float64Array;
}

/** One boosting fit: what to learn from and for how long. */
export interface BoostingRequest {
  readonly train: BoostingRows;
  /** Rows that decide when to stop; null: all rounds are run. */
  readonly stopping: BoostingRows | null;
  readonly featureNames: readonly string[];
  /** Parameters of the library under its own names. The engine adds its thread count and silence, nothing else. */
  readonly parameters: BoostingParameters;
  readonly rounds: number;
  /** Rounds without a lower loss on `stopping` after which the fit ends; the best round is kept. */
  readonly earlyStoppingRounds: number;
  readonly onRound: (round: number, stoppingLoss: number | null) => void;
}

/** A gradient boosting library. It knows nothing of this product, and a family knows nothing of how it is called. */
export interface BoostingEngine {
  readonly description: EngineDescription;
  /** Fits and returns the model as the library's own text, cut after the best round. */
  train(request: BoostingRequest): Promise<Result<string>>;
  /** Loads a model text; `InvalidModel` where the library refuses it. */
  load(modelText: string): Result<Booster>;
}

/** A loaded boosting model, holding native memory until `dispose`. */
export interface Booster {
  readonly featureCount: number;
  /** 1 for a model of numbers. */
  readonly classCount: number;
  /** (rows x features) -> (rows x classes). Each row is computed alone. Throws when the library fails or after `dispose`. */
  predict(features: Matrix): Matrix;
  /**
   * (rows x features) -> (rows x classes·(features + 1)): for each class in turn the SHAP value of every feature and then the
   * bias; those of a class sum to its raw score, before the softmax. Throws as `predict` does.
   */
  contributions(features: Matrix): Matrix;
  /** Total gain of the splits on each feature. */
  gainImportances(): Float64Array;
  dispose(): void;
}

/** A tensor library, loaded: runs programs, traced into one graph where it can. */
export interface TensorEngine {
  readonly description: EngineDescription;
  readonly createProgram: (definition: ProgramDefinition) => TensorProgram;
}
