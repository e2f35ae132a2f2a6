import type { z } from 'zod';
import type { Fault, Result } from '../../domain/core/result';
import type { EngineDescription, TensorEngine } from '../../domain/models/engines';
import type { ModelRegistry } from '../../domain/models/registry';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { RunConfig, SymbolConfig } from '../../shared/contracts/config/schema';
import type { SymbolScope } from '../../shared/contracts/stages';
import type { Rung, StepDown } from '../../shared/names/rungs';
import type { ComputationName } from '../../shared/names/stages';
import type { BarSource } from '../../shared/sources/port';
import type { LineTicket } from '../../shared/store/checkpoint-names';
import type { StageFacts, StageMaterial, StageOutputs } from '../../shared/store/stage-cache';
import type { Store } from '../../shared/store/open-store';
import type { Aside } from './aside';

/** What a stage may use, on both sides of the process border. */
export interface StageContext {
  readonly store: Store;
  /** Tells this store from another one behind the same Temporal server. */
  readonly storeId: string;
  readonly registry: ModelRegistry;
  /** The engine of a family as it stands on this machine. */
  readonly engineOf: (family: string) => EngineDescription;
  /** The tensor library, loaded when it is first asked for; in a compute child only. */
  readonly tensorEngine: () => Promise<Result<TensorEngine>>;
  readonly runConfig: (ref: ArtifactRef) => Promise<RunConfig>;
  readonly symbolConfig: (scope: SymbolScope) => Promise<SymbolConfig>;
  readonly source: (config: RunConfig) => BarSource;
  /** What a compute process may have, in bytes; null: not known. */
  readonly memoryBytes: number | null;
  /** What the code runs on, for manifests. Enters no key. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where a computation is, for heartbeats and people. */
export interface StageProgress {
  readonly phase: string;
  readonly step: number;
  readonly steps: number | null;
  readonly loss: number | null;
  /** Of a net: where its training is. */
  readonly training?: TrainingProgress;
}

/** Where a net's training is: the step counts over all epochs, so that what a failure cost can be told in steps. */
export interface TrainingProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly resumedAtStep: number;
  /** Updates that are in the newest checkpoint, which a failure would go back to. */
  readonly savedStep: number;
  readonly stoppingLoss: number | null;
  /** Windows that this process has learnt from. */
  readonly examples: number;
  /** Steps down the ladder so far, also those of earlier runs that the checkpoint knows of. */
  readonly rungs: readonly Rung[];
}
export type ReportProgress = (progress: StageProgress) => void;

/** What a computation is told of its own life. */
export interface Lifetime {
  /** The key under which the result is published. */
  readonly key: string;
  /** Aborted when it is to save what it has and to end. Nobody waits for that unless `canStop` was called. */
  readonly signal: AbortSignal;
  /** Says that the signal is listened to. */
  readonly canStop: () => void;
  /** For those who watch: epochs, checkpoints, warnings. */
  readonly tell: (aside: Aside) => void;
}

/** What a computation leaves behind in the store, by reference. */
export interface Computed {
  readonly outputs: StageOutputs;
  /** What the outputs name in their turn (parts of tables, a bundle's model). */
  readonly parts: readonly ArtifactRef[];
  readonly facts: StageFacts;
  /** The checkpoints that led here: published only while no newer attempt has taken them over, and removed then. */
  readonly checkpoints?: {
    readonly key: string;
    readonly ticket: LineTicket;
    /** The line of an execution on another device, which this one went on from. */
    readonly earlierKey: string | null;
  };
}

/** A computation that failed, and where it was. */
export interface FailedComputation {
  readonly key: string;
  readonly fault: Fault;
  readonly lastProgress: StageProgress | null;
}

/** One rung further down, or the end of the ladder with all that was tried. */
export type Ladder =
  { readonly kind: 'down'; readonly stepDown: StepDown } | { readonly kind: 'end'; readonly history: string };

/** How a stage that waits for something outside is stopped, and says what it waits for. */
export interface PinWatch {
  readonly signal: AbortSignal;
  readonly onProgress: ReportProgress;
}

/** What every stage's input has. */
export interface StageInput {
  readonly scope: Pick<SymbolScope, 'runId' | 'symbol' | 'storeId' | 'mustBeCached'>;
}

/**
 * One stage: its checked input, what decides its result, and the computation. `material` runs in the worker and must be
 * light; `compute` runs in a child process, so that nothing it does can block or kill the worker.
 */
export interface StageDefinition<I extends StageInput, N extends ComputationName = ComputationName> {
  readonly stage: N;
  readonly schema: z.ZodType<I>;
  /** Which part of the stage, as it is shown to people; empty for a stage that runs once a symbol. */
  part(input: I): string;
  /** True where the stage reads from outside the store, so that what it reads may change meanwhile. */
  readonly readsOutside?: boolean;
  /** Of a stage that reads from outside: fixes what is read and writes it into the input, before the key is known. */
  pin?(input: I, context: StageContext, watch: PinWatch): Promise<I>;
  material(input: I, context: StageContext): Promise<StageMaterial>;
  /** Hashes of what is read, for people who ask what a result was made of, where the material names only a part of it. */
  readFrom?(input: I): readonly string[];
  compute(input: I, context: StageContext, onProgress: ReportProgress, lifetime: Lifetime): Promise<Computed>;
  /** What this run alone saw while it pinned its input: told in its outcome, kept in no result. */
  seen?(input: I): StageFacts;
  /** Called once the result is in the store, whoever published it: what was pinned has come to its run. */
  settled?(input: I, context: StageContext): Promise<void>;
  /** Who computes the same for another run now, in words: it is waited for. Not there, or null: nobody, as far as is known. */
  busyElsewhere?(input: I, context: StageContext, key: string): Promise<string | null>;
  /**
   * The input of an attempt that goes on from what an earlier one left under another key: on another queue, with another
   * engine. `earlier` are the keys that left checkpoints, the newest last.
   */
  resume?(
    input: I,
    context: StageContext,
    line: { readonly key: string; readonly earlier: readonly string[] },
  ): Promise<I>;
  /** What to do next after a fault that the stage can work around; null: what the error table says. */
  stepDown?(input: I, context: StageContext, failed: FailedComputation): Promise<Ladder | null>;
}
