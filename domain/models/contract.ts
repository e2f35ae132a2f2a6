import type { Matrix } from '../core/matrix';
import type { RandomStream } from '../core/random';
import type { Result } from '../core/result';
import type { NetDefinition } from './nets/contract';

/** What a model is fitted to: the class of a label, or its return in ATR, which is made into probabilities afterwards. */
export type FitTarget = 'class' | 'return';

/**
 * Rows to learn from. `labels[r]` is the class index of row r; `weights`, where given, weighs its loss. `returns` are given
 * to a family that learns returns: then every row has one, and NO_CLASS stands where it has no class.
 */
export interface LabelledRows {
  readonly features: Matrix;
  readonly labels: Int32Array;
  readonly weights?: Float64Array;
  readonly returns?: Float64Array;
}

/** What a fit may use. Everything random comes from `random`, which the caller seeds. */
export interface FitContext {
  readonly featureNames: readonly string[];
  readonly seed: number;
  readonly random: RandomStream;
  /** Called now and then with what a person would want to see; must not change the fit. */
  readonly onProgress: (progress: FitProgress) => void;
}

export interface FitProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number | null;
}

/** A fitted model: predicts, explains itself, and turns into bytes that load to the same predictions, bit for bit. */
export interface FittedModel {
  readonly family: string;
  /** (rows x features) -> (rows x CLASS_COUNT) probabilities, row-major, each row summing to 1. */
  predictProbabilities(features: Matrix): Matrix;
  /** Importance of each feature, in the order of the features; null where the family has none. */
  readonly importances: Float64Array | null;
  /**
   * What each feature adds to the raw score of each class, row by row: (rows x CLASS_COUNT·(features + 1)), for each class
   * in turn every feature and then the bias. Not there where a family has none.
   */
  contributions?(features: Matrix): Matrix;
  toBytes(): Uint8Array;
  /** Frees native memory. The model must not be used after it. */
  dispose(): void;
}

/** A family of models on single rows, with its engine already inside (`P` are its checked parameters). */
export interface RowFamily<P = unknown> {
  readonly kind: 'rows';
  readonly name: string;
  /** Raised whenever a fit on the same data may give another model; part of the stage key. */
  readonly version: number;
  /** True where the scaler's output is wanted (linear models); false where raw features are as good (trees). */
  readonly wantsScaledFeatures: boolean;
  fit(train: LabelledRows, stopping: LabelledRows, params: P, context: FitContext): Promise<Result<FittedModel>>;
  fromBytes(bytes: Uint8Array): Result<FittedModel>;
}

/** A family of nets on windows of bars: all horizons in one fit, trained by `training/neural` with a tensor engine. */
export interface WindowFamily {
  readonly kind: 'windows';
  readonly name: string;
  readonly version: number;
  readonly net: NetDefinition;
}

export type ModelFamily = RowFamily | WindowFamily;
