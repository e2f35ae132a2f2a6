import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../core/random';

/** What a net looks at: `lookback` bars, the last of which is the one predicted for, of so many features each. */
export interface WindowShape {
  readonly lookback: number;
  readonly features: number;
}

/** One parameter tensor of a net. */
export interface ParameterSpec {
  /** Unique in its net, readable, `part.part.role`: `layer0.recurrentKernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Initial values, row-major. Draws from `random` only, so that a seed fixes them. */
  readonly initial: (random: RandomStream) => Float32Array;
  /** Whether weight decay pulls at it: matrices yes; biases, gains of norms, state-space A and the like no. */
  readonly decay: boolean;
}

export type Parameters = Readonly<Record<string, Tensor>>;

/**
 * Uniform numbers in [0, 1) for dropout, (batch x dropoutUnits), keyed by seed, step and sample by whoever feeds them, so
 * that a sample's mask is the same in whatever micro-batch it stands; null where nothing is dropped (prediction).
 */
export type DropoutNoise = Tensor2D | null;

/**
 * A net of given sizes for given windows: a pure function of its parameters. It holds no tensors and no state. Every sample
 * is computed alone (no batch statistics), nothing random is drawn inside (see `DropoutNoise`), and the graph of operations
 * depends on shapes only: it may be traced once and run many times.
 */
export interface NetPlan {
  readonly parameters: readonly ParameterSpec[];
  /** Uniform numbers wanted for each sample; 0 where the net has no dropout. */
  readonly dropoutUnits: number;
  /** Width of the trunk's output, on which one linear head per horizon stands. */
  readonly outputWidth: number;
  /** (batch x lookback x features) -> (batch x outputWidth). */
  readonly trunk: (parameters: Parameters, windows: Tensor3D, noise: DropoutNoise) => Tensor2D;
  /**
   * What a person may want to see of how a window was judged, each (batch x ...): `variableWeights` (batch x features),
   * `attention` (batch x lookback). Only nets that can explain themselves have it.
   */
  readonly explain?: (parameters: Parameters, windows: Tensor3D) => Readonly<Record<string, Tensor>>;
}

/** A family of nets: sizes in, plan out. `Sizes` is the checked part of the configuration that it reads. */
export interface NetDefinition<Sizes = unknown> {
  readonly name: string;
  /** Raised whenever the same sizes and seed may give another net. */
  readonly version: number;
  /** The paper that defines it: authors, year, title. */
  readonly paper: string;
  /** Throws a RangeError with one clear sentence where sizes and window do not fit together. */
  plan(sizes: Sizes, window: WindowShape): NetPlan;
}
