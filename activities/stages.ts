import { barriersStage } from './barriers';
import { bundleStage } from './bundle';
import { calibrateStage } from './calibrate';
import { cleanStage } from './clean';
import { diagnoseStage } from './diagnose';
import { evaluateStage } from './evaluate';
import { featuresStage } from './features';
import { ingestStage } from './ingest';
import { labelsStage } from './labels';
import { judgeStage } from './promotion/judge';
import { selectStage } from './select';
import { splitsStage } from './splits';
import { trainStage } from './train';

/** The stage registry: what runs, under the names that workflows, keys and reports use. */
export const STAGES = {
  ingest: ingestStage,
  clean: cleanStage,
  features: featuresStage,
  barriers: barriersStage,
  labels: labelsStage,
  splits: splitsStage,
  diagnose: diagnoseStage,
  select: selectStage,
  train: trainStage,
  calibrate: calibrateStage,
  evaluate: evaluateStage,
  bundle: bundleStage,
} as const;

/** All that a compute child computes. */
export const COMPUTATIONS = { ...STAGES, judge: judgeStage } as const;
