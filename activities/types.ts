import type { LateData, PrepareRetrainInput, PromotionPlan, RetrainPlan } from '../shared/contracts/retrain';
import type { ArtifactRef } from '../shared/contracts/artifact';
import type {
  LateSymbol,
  RecordedSymbol,
  RecordSymbolInput,
  RunPlan,
  RunSummary,
  WriteReportInput,
} from '../shared/contracts/run';
import type {
  AssignModelInput,
  JudgeModelInput,
  Registration,
  RegisterModelsInput,
} from '../shared/contracts/promotion';
import type { Assignment, GateVerdict } from '../shared/contracts/registry';
import type {
  BarriersInput,
  BundleInput,
  CalibrateInput,
  CleanInput,
  DiagnoseInput,
  EvaluateInput,
  FeaturesInput,
  IngestInput,
  LabelsInput,
  SelectInput,
  SplitsInput,
  StageOutcome,
  TrainInput,
} from '../shared/contracts/stages';

export interface PrepareRunInput {
  /** For people who look at the activity. */
  readonly runId: string;
  /** The store that whoever started the run reads its result from; null where nobody said. */
  readonly storeId: string | null;
  /** As it was typed: nothing, a preset, differences from the defaults. */
  readonly input: unknown;
  readonly startedAtMs: number;
  /** Absent: bars are taken as they are. */
  readonly lateData?: LateData | undefined;
}

export interface FindLateInput {
  /** For people who look at the activity. */
  readonly runId: string;
  readonly storeId: string;
  readonly config: ArtifactRef;
  readonly asOfMs: number;
  readonly maxAgeMs: number;
  /** Until when bars are waited for; a look after that is the last one, and asks more patiently. */
  readonly untilMs?: number;
  readonly symbols: readonly string[];
}

/** Activities of the control queue: light, without trainer children. */
export interface ControlActivities {
  /** Validates the input and fixes what the run is. Answers with every fault at once. */
  prepareRun(input: PrepareRunInput): Promise<RunPlan>;
  /** Which of these symbols have no bar that is new enough, in the order given. */
  findLateSymbols(input: FindLateInput): Promise<readonly LateSymbol[]>;
  recordSymbol(input: RecordSymbolInput): Promise<RecordedSymbol>;
  writeReport(input: WriteReportInput): Promise<RunSummary>;
}

/** Activities of the cpu queue: one per stage of a symbol. */
export interface StageActivities {
  ingest(input: IngestInput): Promise<StageOutcome>;
  clean(input: CleanInput): Promise<StageOutcome>;
  features(input: FeaturesInput): Promise<StageOutcome>;
  barriers(input: BarriersInput): Promise<StageOutcome>;
  labels(input: LabelsInput): Promise<StageOutcome>;
  splits(input: SplitsInput): Promise<StageOutcome>;
  diagnose(input: DiagnoseInput): Promise<StageOutcome>;
  select(input: SelectInput): Promise<StageOutcome>;
  train(input: TrainInput): Promise<StageOutcome>;
  calibrate(input: CalibrateInput): Promise<StageOutcome>;
  evaluate(input: EvaluateInput): Promise<StageOutcome>;
  bundle(input: BundleInput): Promise<StageOutcome>;
}

export interface PreparePromotionInput {
  readonly storeId: string | null;
  /** As it was typed. */
  readonly input: unknown;
}

export interface RecordRetrainInput {
  readonly storeId: string;
  readonly set: string;
  readonly workflowId: string;
  readonly asOfMs: number;
  /** Why nothing is promoted, and its code in the error table. */
  readonly why: string;
  readonly code: string;
}

/** Activities of the control queue of `dailyRetrain` and `promoteModel`. */
export interface RetrainControlActivities {
  /** Validates the input and fixes the day. Answers with every fault at once. */
  prepareRetrain(input: PrepareRetrainInput): Promise<RetrainPlan>;
  preparePromotion(input: PreparePromotionInput): Promise<PromotionPlan>;
  /** The version that is the champion of a model now; null where it has none. */
  lookUpChampion(input: { readonly storeId: string; readonly model: string }): Promise<number | null>;
  /** Enters in the audit log that a retrain promoted nothing. */
  recordRetrain(input: RecordRetrainInput): Promise<void>;
}

/** Activities of the control queue around the model registry: light, without trainer children. */
export interface RegistryActivities {
  /**
   * Registers the best family of each symbol and horizon of a part of a run. Asked again for the same run it answers the
   * same. A model that cannot be registered is told with its reason, and is no failure of the others.
   */
  registerModels(input: RegisterModelsInput): Promise<readonly Registration[]>;
  /** Changes the aliases of a model, once however often it is retried, and enters it in the audit log. */
  assignModel(input: AssignModelInput): Promise<Assignment>;
}

/** Activity of the cpu queue: champion and challenger on the same test bars. */
export interface JudgeActivities {
  judgeModel(input: JudgeModelInput): Promise<GateVerdict>;
}
