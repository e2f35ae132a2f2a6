import { z } from 'zod';
import type { RunConfig } from '../shared/contracts/config/schema';
import { recordSymbolInputSchema, writeReportInputSchema } from '../shared/contracts/run';
import { fitTaskSchema } from '../shared/contracts/stages';
import type { StageOutcome } from '../shared/contracts/stages';
import type { BarSource } from '../shared/sources/port';
import { createRedactor } from '../shared/runtime/redact';
import { createActivityLogStore } from '../shared/store/activity-logs';
import type { Store } from '../shared/store/open-store';
import { findLateSymbols } from './find-late-symbols';
import { prepareRun } from './prepare-run';
import { recordSymbol } from './record-symbol';
import { STAGES } from './stages';
import type { ComputePool } from './support/compute-pool';
import type { ActivityLogs } from './support/activity-log';
import { createActivityLogs } from './support/activity-log';
import { guarded } from './support/guarded';
import { createInProcessPool } from './support/in-process-pool';
import type { RenderReport } from './support/render-report';
import { runStage } from './support/run-stage';
import type { StageContext } from './support/stage-definition';
import type { StageWatch } from './support/stage-watch';
import { NO_STAGE_WATCH } from './support/stage-watch';
import type { StepNotes } from './support/step-notes';
import { NO_STEP_NOTES } from './support/step-notes';
import type { UnexpectedCounter } from './support/unexpected-counter';
import { createUnexpectedCounter } from './support/unexpected-counter';
import type { ControlActivities, StageActivities } from './types';
import { writeReport } from './write-report';

export interface ControlDependencies {
  readonly store: Store;
  readonly storeId: string;
  readonly source: (config: RunConfig) => BarSource;
  readonly environment: Readonly<Record<string, string>>;
  readonly renderReport: RenderReport;
  readonly logs?: ActivityLogs;
  /** One for all activities of a process. */
  readonly unexpected?: UnexpectedCounter;
}

export function createControlActivities(deps: ControlDependencies): ControlActivities {
  const { logs = logsWithoutSecrets(deps.store), unexpected = createUnexpectedCounter() } = deps;
  const watched = { unexpected, logs };
  return {
    prepareRun: (input) => guarded(watched, () => prepareRun(input, deps), input.runId),
    findLateSymbols: (input) => guarded(watched, () => findLateSymbols(input, deps), input.runId),
    recordSymbol: (input) =>
      guarded(watched, () => recordSymbol(recordSymbolInputSchema.parse(input), deps), input.runId),
    writeReport: (input) => guarded(watched, () => writeReport(writeReportInputSchema.parse(input), deps), input.runId),
  };
}

export function createStageActivities(deps: {
  readonly context: StageContext;
  readonly pool: ComputePool;
  readonly notes?: StepNotes;
  readonly watch?: StageWatch;
  readonly logs?: ActivityLogs;
  /** One for all activities of a process. */
  readonly unexpected?: UnexpectedCounter;
}): StageActivities {
  const all = {
    notes: NO_STEP_NOTES,
    watch: NO_STAGE_WATCH,
    logs: logsWithoutSecrets(deps.context.store),
    unexpected: createUnexpectedCounter(),
    ...deps,
  };
  return {
    ingest: (input) => runStage(STAGES.ingest, input, all),
    clean: (input) => runStage(STAGES.clean, input, all),
    features: (input) => runStage(STAGES.features, input, all),
    barriers: (input) => runStage(STAGES.barriers, input, all),
    labels: (input) => runStage(STAGES.labels, input, all),
    splits: async (input) => {
      const outcome = await runStage(STAGES.splits, input, all);
      if (asksForNets(outcome)) deps.pool.warm?.();
      return outcome;
    },
    diagnose: (input) => runStage(STAGES.diagnose, input, all),
    select: (input) => runStage(STAGES.select, input, all),
    train: (input) => runStage(STAGES.train, input, all),
    calibrate: (input) => runStage(STAGES.calibrate, input, all),
    evaluate: (input) => runStage(STAGES.evaluate, input, all),
    bundle: (input) => runStage(STAGES.bundle, input, all),
  };
}

/** Of the vendors' queue: what asks them for bars. */
export function createVendorActivities(deps: {
  readonly context: StageContext;
  readonly watch?: StageWatch;
  readonly logs?: ActivityLogs;
  /** One for all activities of a process. */
  readonly unexpected?: UnexpectedCounter;
}): Pick<StageActivities, 'ingest'> & Pick<ControlActivities, 'findLateSymbols'> {
  const { context } = deps;
  const { logs = logsWithoutSecrets(context.store), unexpected = createUnexpectedCounter() } = deps;
  const watched = { unexpected, logs };
  const pool = createInProcessPool(context);
  const all = { watch: NO_STAGE_WATCH, notes: NO_STEP_NOTES, ...deps, ...watched, pool };
  return {
    ingest: (input) => runStage(STAGES.ingest, input, all),
    findLateSymbols: (input) => guarded(watched, () => findLateSymbols(input, context), input.runId),
  };
}

/** The fits that follow from the splits are known: where a net is among them, children may load its library meanwhile. */
function asksForNets({ facts }: StageOutcome): boolean {
  return z
    .array(fitTaskSchema)
    .parse(facts.tasks)
    .some(({ resumable }) => resumable);
}

/** For tests and tools whose environment holds no secrets. */
function logsWithoutSecrets({ objects }: Store): ActivityLogs {
  return createActivityLogs(createActivityLogStore(objects), createRedactor({}));
}
