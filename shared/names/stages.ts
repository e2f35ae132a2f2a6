/** The stages of one symbol, in the order in which they run. */
export const STAGE_NAMES = [
  'ingest',
  'clean',
  'features',
  'barriers',
  'labels',
  'splits',
  'diagnose',
  'select',
  'train',
  'calibrate',
  'evaluate',
  'bundle',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** Stages that a symbol has only where its configuration asks for them. */
export const OPTIONAL_STAGES = ['barriers', 'diagnose', 'select'] as const satisfies readonly StageName[];
export type OptionalStage = (typeof OPTIONAL_STAGES)[number];

/** Everything that is computed in a child and published by content: the stages, and the judgement of a challenger. */
export type ComputationName = StageName | 'judge';

/** Raised when a stage may give another result for the same input; part of every stage key. */
export const STAGE_VERSIONS: Readonly<Record<ComputationName, number>> = {
  ingest: 1,
  // 2: the ledger tells the gaps over time.
  clean: 2,
  // 3: windows are added up in another order, so the last bits of most columns are others.
  features: 3,
  barriers: 1,
  // 2: average uniqueness over time stands in the facts.
  labels: 2,
  // 2: what each fold can have seen stands beside the folds.
  splits: 2,
  diagnose: 1,
  // 2: clusters of complete linkage.
  select: 2,
  train: 1,
  calibrate: 1,
  // 2: daily returns stand beside the judgement. 3: Sharpe ratio and calibration of each regime.
  evaluate: 3,
  bundle: 1,
  // 2: intervals of the difference and the luck of the study are checked. 3: other kinds of labels are not compared.
  judge: 3,
};

export function stageIndex(stage: StageName): number {
  return STAGE_NAMES.indexOf(stage);
}
