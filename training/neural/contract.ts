import type { Fold } from '../../domain/core/folds';
import type { RowPredictions } from '../../domain/core/predictions';
import type { RandomState } from '../../domain/core/random';
import type { SampleWeigher } from '../../domain/core/sample-weights';
import type { WindowSeries } from '../../domain/core/window-series';
import type { TensorEngine } from '../../domain/models/engines';
import type { NetDefinition } from '../../domain/models/nets/contract';
import type { Rung } from '../../shared/names/rungs';

/** How every net is trained; the `nets` section of the configuration, with the family's own differences laid over it. */
export interface TrainingSettings {
  readonly lookback: number;
  /** Windows that one update learns from, in however many micro-batches. */
  readonly batchSize: number;
  readonly maxEpochs: number;
  /** Epochs without a lower loss on the stopping part after which training ends; the best epoch's weights are kept. */
  readonly patience: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Global L2 norm that a gradient is clipped to; null: not clipped. */
  readonly clipNorm: number | null;
  readonly schedule: 'constant' | 'cosine' | 'plateau';
  /** Epochs of linear warm-up; may be a fraction. */
  readonly warmupEpochs: number;
  readonly target: 'class' | 'return';
  readonly loss: 'crossEntropy' | 'focal';
  readonly focalGamma: number;
  readonly classWeights: 'none' | 'balanced';
  readonly checkpointSeconds: number;
  /** The ladder's lowest micro-batch. */
  readonly minMicroBatch: number;
}

/** What one horizon's head learns: by row of the series, as in the label table. */
export interface HorizonTarget {
  readonly horizonBars: number;
  /** Class of every row, NO_CLASS where it has none. */
  readonly classIndex: Int8Array | Int32Array;
  /** (exit - entry) / ATR of every row; NaN where it has none. */
  readonly returnAtr: Float64Array;
  /** Weighs the windows that are learnt from, by their last rows; absent: all the same. No other part is weighed. */
  readonly weigh?: SampleWeigher | null;
  readonly fold: Fold;
}

/** Where training stands: everything that the next step depends on, besides the inputs of the fit. */
export interface TrainingState {
  /** Updates done so far. */
  readonly step: number;
  /** Epoch under way, from 0, and updates done in it. */
  readonly epoch: number;
  readonly stepInEpoch: number;
  /** State of the generator that shuffles, as it was when this epoch's order was drawn. */
  readonly shuffle: RandomState;
  /** Sum of the loss and of the weights over this epoch so far. */
  readonly epochLoss: number;
  readonly epochWeight: number;
  /** Sum of the gradients' norms, before clipping, over this epoch so far. */
  readonly epochGradientNorm: number;
  /** The epoch whose weights are the best so far, -1 before the first has ended. */
  readonly bestEpoch: number;
  readonly bestLoss: number | null;
  /** Learning rate factor of the plateau schedule, and epochs since it last helped. */
  readonly plateau: { readonly factor: number; readonly wait: number; readonly bestLoss: number | null };
  readonly epochs: readonly EpochMetrics[];
  /** Rungs climbed down so far, oldest first. */
  readonly rungs: readonly Rung[];
  /** Whether training has ended (by patience or epochs) and only prediction is left. */
  readonly finished: boolean;
}

export interface EpochMetrics {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly stoppingLoss: number;
  readonly learningRate: number;
  readonly steps: number;
  /** Mean over the epoch's updates, before clipping. */
  readonly gradientNorm: number;
}

/** A point that training can go on from, bit for bit. Vectors are the flat parameters in the plan's order. */
export interface Checkpoint {
  /** Family, its version, hash of the parameter layout and settings: another model's checkpoint is refused by it. */
  readonly identity: string;
  readonly state: TrainingState;
  readonly weights: Float32Array;
  readonly bestWeights: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/** Where checkpoints go. Implemented over the store (durable, fenced) and in memory (tests). */
export interface CheckpointSink {
  /** The newest readable checkpoint of this identity; unreadable ones are skipped with a warning. */
  readonly latest: (identity: string) => Promise<Checkpoint | null>;
  /**
   * Durable when it settles. Throws with code `Fenced` where a newer attempt has taken over. After `StoreUnavailable` training
   * goes on in memory and tries again with the next checkpoint; after any other error it ends with that error's code.
   */
  readonly save: (checkpoint: Checkpoint, reason: 'epoch' | 'interval' | 'stop') => Promise<void>;
  /** Appends an epoch's metrics. Writing the same epoch again changes nothing. */
  readonly recordEpoch: (metrics: EpochMetrics) => Promise<void>;
}

/** Callbacks of training; none may change it. */
export interface TrainingCallbacks {
  readonly onTrainBegin?: (facts: {
    readonly steps: number;
    readonly parameters: number;
    readonly resumedAtStep: number;
  }) => void;
  readonly onEpochBegin?: (epoch: number) => void;
  readonly onBatchBegin?: (step: number) => void;
  readonly onBatchEnd?: (facts: {
    readonly step: number;
    readonly epoch: number;
    readonly stepInEpoch: number;
    readonly stepsInEpoch: number;
    readonly loss: number;
    /** Windows that the update learnt from. */
    readonly examples: number;
    readonly rung: number;
  }) => void;
  readonly onEpochEnd?: (metrics: EpochMetrics) => void;
  readonly onTrainEnd?: (facts: { readonly epochs: number; readonly bestEpoch: number }) => void;
}

/** One net on one fold, all horizons at once. */
export interface NetFit<Sizes = unknown> {
  readonly definition: NetDefinition<Sizes>;
  readonly sizes: Sizes;
  readonly settings: TrainingSettings;
  readonly series: WindowSeries;
  readonly targets: readonly HorizonTarget[];
  readonly featureNames: readonly string[];
  readonly seed: number;
  readonly rungs: readonly Rung[];
  readonly engine: TensorEngine;
  readonly checkpoints: CheckpointSink;
  readonly callbacks: TrainingCallbacks;
  /** Aborted: save a checkpoint after the step under way and answer `Cancelled`. */
  readonly signal: AbortSignal;
}

/** What a training was like. Nothing of it is part of the model. */
export interface TrainingFacts {
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  /** Updates already done when this process took over; 0 where it began afresh. */
  readonly resumedAtStep: number;
  /** Updates that this process did. */
  readonly steps: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly bestLoss: number | null;
  readonly rungs: readonly Rung[];
  readonly trainSeconds: number;
  /** Time for which training stood still for checkpoints. */
  readonly checkpointSeconds: number;
  readonly checkpoints: number;
  /** What a person should know: checkpoints that could not be written, and the like. */
  readonly notes: readonly string[];
}

export interface TrainedNet {
  /** The best epoch's weights: the flat parameters in the plan's order, heads last. */
  readonly weights: Float32Array;
  readonly state: TrainingState;
  readonly facts: TrainingFacts;
  /** What `openFittedNet` reads. */
  readonly modelBytes: Uint8Array;
  /** Of the parts that were not learnt from; NaN where a row has no whole window inside its part. */
  readonly predictions: readonly { readonly horizonBars: number; readonly rows: RowPredictions }[];
  /** Windows that were learnt from. */
  readonly trainRows: number;
}
