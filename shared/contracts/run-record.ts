import type { ContributionSummary } from '../../domain/core/contributions';
import type { Evaluation } from '../../domain/core/evaluation';
import type { FoldPart } from '../../domain/core/folds';
import type { UniquenessOverTime } from '../../domain/core/labels';
import type { CleanLedger } from '../../domain/core/ledger';
import type { Rung } from '../names/rungs';
import type { StageName } from '../names/stages';
import type { ArtifactRef } from './artifact';
import type { FoundBarriersRecord } from './barriers';
import type { CalibrationMethod, PrimaryConfig, RunConfig } from './config/schema';
import type { ModelFamilyName } from './config/models-schema';
import type { Diagnosis } from './diagnosis';
import type { LedgerHead } from './trials';
import type { SelectionReport } from './selection';
import type { Revision } from './vendor';

export const RUN_RECORD_VERSION = 1;

export interface StageRecord {
  readonly stage: StageName;
  /** Which part of the stage, e.g. `lightgbm-h20-f3`; empty for a stage that runs once. */
  readonly part: string;
  readonly key: string;
  readonly cacheHit: boolean;
  readonly seconds: number;
}

export interface LabelRecord {
  readonly horizonBars: number;
  readonly counts: Readonly<Record<'down' | 'timeout' | 'up' | 'ambiguous' | 'unsettled' | 'unusable', number>>;
  /** Mean number of bars until a label is decided. */
  readonly meanBars: number;
  /** Not there in older records. */
  readonly uniqueness?: UniquenessOverTime;
}

/** What the search of barriers found, and what for. */
export interface BarrierSearchRecord {
  readonly objective: 'balance' | 'uniqueness' | 'expectancy';
  /** Rows of the first training part that were looked at. */
  readonly rows: number;
  readonly horizons: readonly FoundBarriersRecord[];
}

export interface FoldRecord {
  readonly horizonBars: number;
  readonly id: string;
  readonly boundaries: Readonly<Record<FoldPart, readonly [fromMs: number, toMs: number]>>;
  /** The stretches of each part, where parts have several. */
  readonly spans?: Readonly<Record<FoldPart, readonly (readonly [fromMs: number, toMs: number])[]>>;
  readonly rows: Readonly<Record<FoldPart, number>>;
  readonly purged: Readonly<Record<FoldPart, number>>;
}

/** The embargo that the folds keep, and why. */
export interface EmbargoRecord {
  /** Trading days. */
  readonly days: number;
  /** `configured`: as it was asked for; `autocorrelation`: as long as the features remember. */
  readonly by: 'configured' | 'autocorrelation';
  /** What the features' autocorrelation was found to be, on the first training part; null where nobody asked. */
  readonly measured: {
    readonly days: number;
    readonly meanAutocorrelation: number;
    readonly threshold: number;
    readonly features: number;
  } | null;
}

export interface ImportanceRecord {
  readonly feature: string;
  /** Share of the total, in [0, 1]. */
  readonly share: number;
}

/** SHAP values of the fits of one model, summed up over some of the test rows of each fold. */
export interface ContributionRecord extends ContributionSummary {
  readonly folds: number;
}

export interface ModelRecord {
  readonly family: ModelFamilyName;
  readonly horizonBars: number;
  readonly bundle: ArtifactRef | null;
  readonly evaluation: Evaluation;
  /** The calibrator chosen on each fold, in fold order. */
  readonly calibrators: readonly CalibrationMethod[];
  /** Mean log loss on the choosing halves: what models may be compared by without looking at the test rows. */
  readonly choosingLogLoss: number | null;
  readonly importances: readonly ImportanceRecord[];
  /** What features contribute to its scores on test rows, largest first; not there where no fit told. */
  readonly contributions?: ContributionRecord;
  /** Of a net: how the training of each fold went; empty for the rest. */
  readonly training: readonly (TrainingFacts & { readonly foldId: string })[];
}

/** How the training of a net on one fold went. */
export interface TrainingFacts {
  readonly parameters: number;
  readonly lookback: number;
  readonly epochs: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly stoppingLoss: number;
    readonly learningRate: number;
  }[];
  readonly bestEpoch: number;
  readonly steps: number;
  /** Steps down the ladder, oldest first. */
  readonly rungs: readonly Rung[];
  /** Mean weight of each bar of the window, the oldest first, where the net tells; null where it does not. */
  readonly attention: readonly number[] | null;
  /** What a reader should know: a constant feature, say. */
  readonly notes: readonly string[];
}

export interface FailureRecord {
  readonly code: string;
  readonly message: string;
  readonly stage: StageName | null;
}

/** How one model stands against the luck of its study. Sharpe ratios per day, not annualised. */
export interface DeflatedRecord {
  readonly family: ModelFamilyName;
  readonly horizonBars: number;
  readonly sharpePerDay: number;
  readonly days: number;
  readonly skew: number;
  readonly kurtosis: number;
  /** P that the true ratio lies above 0; null where it is not defined. */
  readonly psr: number | null;
  /** P that it lies above SR0. */
  readonly dsr: number | null;
  /** Days until that would be shown at 95 %; null where the ratio does not lie above SR0. */
  readonly minTrlDays: number | null;
}

/** What a study's ledger of trials says of the luck behind a symbol's results. */
export interface OverfittingRecord {
  readonly study: string;
  /** Why nothing else is told: the ledger is broken. null where it is sound. */
  readonly broken: string | null;
  /** The ledger as this run left it; null where it is broken or nothing was ever entered. */
  readonly head: LedgerHead | null;
  /** Configurations tried: every family, horizon and setting of the study once, at its newest evaluation. */
  readonly trials: number;
  /** Variance of the Sharpe ratios among them, and the one that SR0 was computed with. */
  readonly sharpeVariance: number;
  readonly usedVariance: number;
  readonly meanCorrelation: number | null;
  /** SR0, per day: the largest ratio to be expected of so many trials without skill. */
  readonly expectedMaximum: number;
  /** By CSCV; null where fewer than two trials have enough days in common. */
  readonly pbo: {
    readonly value: number;
    readonly trials: number;
    readonly days: number;
    readonly blocks: number;
    readonly lossProbability: number;
    /** Every logit that occurred, ascending, with its number of combinations. */
    readonly logits: readonly (readonly [logit: number, count: number])[];
  } | null;
  readonly models: readonly DeflatedRecord[];
}

/** What a symbol's features and training rows were made with, beyond its own bars. */
export interface PreparedRecord {
  /** Fractional differentiation as fitted on the first training part; `stationary`: whether any order passed ADF. */
  readonly fracDiff?: { readonly order: number; readonly width: number; readonly stationary: boolean };
  /** Other symbols laid beside, with the number of the symbol's rows that had a bar of theirs; `featureRows` is of how many. */
  readonly cross?: readonly { readonly symbol: string; readonly rows: number }[];
  readonly featureRows?: number;
  /** Rows of synthetic series in a fit, fewest and most over the fits. */
  readonly syntheticRows?: readonly [fewest: number, most: number];
}

/** Everything that is said about one symbol of a run. */
export interface SymbolRecord {
  readonly symbol: string;
  readonly status: 'done' | 'failed';
  readonly failure: FailureRecord | null;
  readonly bars: number;
  readonly ledger: CleanLedger | null;
  /** Of a vendor's bars: what it told otherwise than before; not there where it did not. */
  readonly revision?: Revision;
  /** Of a vendor's bars: why that could not be found out, in a sentence. */
  readonly notCompared?: string;
  readonly stages: readonly StageRecord[];
  /** What was fitted or joined before any model; not there where nothing was asked for, and in older records. */
  readonly prepared?: PreparedRecord;
  /** Not there where none were searched. */
  readonly barriers?: BarrierSearchRecord;
  /** The rule whose side the labels are seen from (meta-labels): `up` is right, `down` wrong. */
  readonly primary?: PrimaryConfig;
  readonly labels: readonly LabelRecord[];
  readonly folds: readonly FoldRecord[];
  /** Not there in records older than it, and of symbols that were not split. */
  readonly embargo?: EmbargoRecord;
  /** Unit roots and breaks on the first training part; not there where nobody asked. */
  readonly diagnosis?: Diagnosis;
  /** How the features were chosen that the fits were given; not there where nothing was selected. */
  readonly selection?: SelectionReport;
  readonly models: readonly ModelRecord[];
  /** Not there in records of earlier versions, and where nothing was evaluated. */
  readonly overfitting?: OverfittingRecord;
}

/** A computation that was killed, failed, was stopped or overtaken, and what it threw away. */
export interface InterruptionRecord {
  readonly symbol: string;
  readonly stage: string;
  readonly part: string;
  /** Code of the error table; null where nobody was left to say: a killed worker, or a stop with a checkpoint. */
  readonly code: string | null;
  readonly outcome: 'running' | 'adopted' | 'failed' | 'stopped';
  readonly host: string;
  readonly startedAt: string;
  readonly lostSeconds: number;
  /** Updates of a net since its last checkpoint; null for computations without checkpoints. */
  readonly lostSteps: number | null;
  /** Its log, beside the report: `logs/<activity>-<attempt>.txt`; not there where none was written. */
  readonly log?: string;
}

/** The record of a run (`run.json`): volatile facts stand here and in no hashed artifact. */
export interface RunRecord {
  readonly schemaVersion: typeof RUN_RECORD_VERSION;
  readonly runId: string;
  readonly status: 'done' | 'partial' | 'failed';
  readonly asOf: string;
  readonly startedAt: string;
  readonly wallSeconds: number;
  /** The same, for the run itself and each of its retries, by workflow id. */
  readonly secondsByRun: Readonly<Record<string, number>>;
  /** Seconds of work that kills and failures threw away. */
  readonly wastedSeconds: number;
  /** Computations that ended without a published result, the costliest first, at most a hundred. */
  readonly interruptions: readonly InterruptionRecord[];
  readonly cacheHits: number;
  readonly computed: number;
  readonly config: RunConfig;
  readonly environment: Readonly<Record<string, string>>;
  readonly symbols: readonly SymbolRecord[];
}
