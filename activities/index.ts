import type { RunConfig } from '../shared/contracts/config/schema';
import { recordSymbolInputSchema, writeReportInputSchema } from '../shared/contracts/run';
import { isErrorCode } from '../shared/names/errors';
import type { BarSource } from '../shared/sources/port';
import type { Store } from '../shared/store/open-store';
import { prepareRun } from './prepare-run';
import { recordSymbol } from './record-symbol';
import { STAGES } from './stages';
import type { ComputePool } from './support/compute-pool';
import { failureFrom } from './support/failure';
import { beatWhile } from './support/heartbeat';
import type { RenderReport } from './support/render-report';
import { runStage } from './support/run-stage';
import type { StageContext } from './support/stage-definition';
import { faultOf } from './support/stage-fault';
import type { ControlActivities, StageActivities } from './types';
import { writeReport } from './write-report';

export interface ControlDependencies {
  readonly store: Store;
  readonly source: (config: RunConfig) => BarSource;
  readonly environment: Readonly<Record<string, string>>;
  readonly renderReport: RenderReport;
}

export function createControlActivities(deps: ControlDependencies): ControlActivities {
  const { store } = deps;
  return {
    prepareRun: (input) => guarded(() => prepareRun(input, deps)),
    recordSymbol: (input) => guarded(() => recordSymbol(recordSymbolInputSchema.parse(input), store.artifacts)),
    writeReport: (input) => guarded(() => writeReport(writeReportInputSchema.parse(input), deps)),
  };
}

export function createStageActivities(deps: {
  readonly context: StageContext;
  readonly pool: ComputePool;
}): StageActivities {
  return {
    ingest: (input) => runStage(STAGES.ingest, input, deps),
    clean: (input) => runStage(STAGES.clean, input, deps),
    features: (input) => runStage(STAGES.features, input, deps),
    labels: (input) => runStage(STAGES.labels, input, deps),
    splits: (input) => runStage(STAGES.splits, input, deps),
    train: (input) => runStage(STAGES.train, input, deps),
    calibrate: (input) => runStage(STAGES.calibrate, input, deps),
    evaluate: (input) => runStage(STAGES.evaluate, input, deps),
    bundle: (input) => runStage(STAGES.bundle, input, deps),
  };
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await beatWhile(work);
  } catch (error) {
    throw failureFrom(faultOf(error, isErrorCode), { crashesSoFar: 0, log: null });
  }
}
