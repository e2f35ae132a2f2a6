import type { z } from 'zod';
import type { EngineDescription } from '../../domain/models/engines';
import type { ModelRegistry } from '../../domain/models/registry';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { RunConfig, SymbolConfig } from '../../shared/contracts/config/schema';
import type { SymbolScope } from '../../shared/contracts/stages';
import type { StageName } from '../../shared/names/stages';
import type { BarSource } from '../../shared/sources/port';
import type { StageFacts, StageMaterial, StageOutputs } from '../../shared/store/stage-cache';
import type { Store } from '../../shared/store/open-store';

/** What a stage may use, on both sides of the process border. */
export interface StageContext {
  readonly store: Store;
  /** Tells this store from another one behind the same Temporal server. */
  readonly storeId: string;
  readonly registry: ModelRegistry;
  /** The engine of a family as it stands on this machine. */
  readonly engineOf: (family: string) => EngineDescription;
  readonly runConfig: (ref: ArtifactRef) => Promise<RunConfig>;
  readonly symbolConfig: (scope: SymbolScope) => Promise<SymbolConfig>;
  readonly source: (config: RunConfig) => BarSource;
  /** What the code runs on, for manifests. Enters no key. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where a computation is, for heartbeats and people. */
export interface StageProgress {
  readonly phase: string;
  readonly step: number;
  readonly steps: number | null;
  readonly loss: number | null;
}
export type ReportProgress = (progress: StageProgress) => void;

/** What a computation leaves behind in the store, by reference. */
export interface Computed {
  readonly outputs: StageOutputs;
  /** What the outputs name in their turn (parts of tables, a bundle's model). */
  readonly parts: readonly ArtifactRef[];
  readonly facts: StageFacts;
}

/** What every stage's input has. */
export interface StageInput {
  readonly scope: SymbolScope;
}

/**
 * One stage: its checked input, what decides its result, and the computation. `material` runs in the worker and must be
 * light; `compute` runs in a child process, so that nothing it does can block or kill the worker.
 */
export interface StageDefinition<I extends StageInput> {
  readonly stage: StageName;
  readonly schema: z.ZodType<I>;
  /** Which part of the stage, as it is shown to people; empty for a stage that runs once a symbol. */
  part(input: I): string;
  /** True where the stage reads from outside the store, so that what it reads may change meanwhile. */
  readonly readsOutside?: boolean;
  material(input: I, context: StageContext): Promise<StageMaterial>;
  compute(input: I, context: StageContext, onProgress: ReportProgress): Promise<Computed>;
}
