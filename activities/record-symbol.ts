import { barriersSchema } from '../shared/contracts/barriers';
import type { Evaluation } from '../domain/core/evaluation';
import type { CleanLedger } from '../domain/core/ledger';
import { mergeContributions } from '../domain/models/contributions';
import { countRows } from '../domain/core/rows';
import type { ArtifactRef } from '../shared/contracts/artifact';
import { primarySchema } from '../shared/contracts/config/schema';
import { contributionsSchema } from '../shared/contracts/contributions';
import { foldsSchema } from '../shared/contracts/folds';
import type { RecordSymbolInput, RecordedSymbol } from '../shared/contracts/run';
import type {
  EmbargoRecord,
  FoldRecord,
  ImportanceRecord,
  LabelRecord,
  ModelRecord,
  StageRecord,
  SymbolRecord,
  TrainingFacts,
} from '../shared/contracts/run-record';
import { modelFamilySchema } from '../shared/contracts/stages';
import { candidateOf } from '../reporting/verdict/candidate';
import { revisionSchema } from '../shared/contracts/vendor';
import { diagnosisSchema } from '../shared/contracts/diagnosis';
import { selectionReportSchema } from '../shared/contracts/selection';
import type { StageOutcome } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { parseFitPart, parseModelPart } from '../shared/names/ids';
import type { StageName } from '../shared/names/stages';
import type { Store } from '../shared/store/open-store';
import { preparedPart } from './support/prepared-part';
import { overfittingOf } from './support/overfitting';
import { assertSameStore } from './support/same-store';
import type { Artifacts } from '../shared/store/artifacts';
import { calibratorsSchema, fitSchema } from '../shared/contracts/model-artifacts';

/** Gathers what the stages of a symbol left into its record: also of a symbol that failed on the way. */
export async function recordSymbol(
  input: RecordSymbolInput,
  deps: { readonly store: Store; readonly storeId: string },
): Promise<RecordedSymbol> {
  assertSameStore(input.storeId, deps.storeId);
  const { artifacts } = deps.store;
  const { outcomes } = input;
  const cleaned = outcomeOf(outcomes, 'clean');
  const models = await modelRecords(outcomes, artifacts);
  const record: SymbolRecord = {
    symbol: input.symbol,
    status: input.failure === null ? 'done' : 'failed',
    failure: input.failure,
    bars: typeof cleaned?.facts.bars === 'number' ? cleaned.facts.bars : 0,
    ledger: cleaned === undefined ? null : await readLedger(cleaned, artifacts),
    ...revisionOf(outcomeOf(outcomes, 'ingest')),
    stages: outcomes.map(stageRecord),
    ...preparedPart(outcomes),
    ...barriersPart(outcomeOf(outcomes, 'barriers')),
    ...primaryPart(outcomeOf(outcomes, 'labels')),
    labels: (outcomeOf(outcomes, 'labels')?.facts.horizons ?? []) as unknown as readonly LabelRecord[],
    folds: await foldRecords(outcomeOf(outcomes, 'splits'), artifacts),
    ...embargoOf(outcomeOf(outcomes, 'splits')),
    ...(await diagnosisOf(outcomeOf(outcomes, 'diagnose'), artifacts)),
    ...(await selectionOf(outcomeOf(outcomes, 'select'), artifacts)),
    models,
    ...(await overfittingPart(input, deps.store)),
  };
  // The one that the report's verdict is about; the class shares only where nothing else was trained.
  const best = candidateOf(record)?.model ?? models[0];
  return {
    record: await artifacts.putJson(record, ARTIFACT_KINDS.symbolRecord),
    sharpe: best?.evaluation.metrics.sharpe.value ?? null,
    brier: best?.evaluation.metrics.brier.value ?? null,
    family: best?.family ?? null,
  };
}

async function overfittingPart(
  { config, symbol, outcomes }: RecordSymbolInput,
  store: Store,
): Promise<Pick<SymbolRecord, 'overfitting'>> {
  if (config === undefined) return {};
  const overfitting = await overfittingOf({ symbol, config, outcomes, at: new Date().toISOString() }, store);
  return overfitting === null ? {} : { overfitting };
}

function barriersPart(searched: StageOutcome | undefined): Pick<SymbolRecord, 'barriers'> {
  if (searched === undefined) return {};
  const { objective, rows, horizons } = searched.facts;
  return { barriers: { ...barriersSchema.parse({ objective, horizons }), rows: Number(rows) } };
}

function primaryPart(labelled: StageOutcome | undefined): Pick<SymbolRecord, 'primary'> {
  const parsed = primarySchema.safeParse(labelled?.facts.primary);
  return parsed.success ? { primary: parsed.data } : {};
}

function outcomeOf(outcomes: readonly StageOutcome[], stage: StageName): StageOutcome | undefined {
  return outcomes.find((outcome) => outcome.stage === stage);
}

function revisionOf(ingested: StageOutcome | undefined): Pick<SymbolRecord, 'revision' | 'notCompared'> {
  const notCompared = ingested?.facts.notCompared;
  if (typeof notCompared === 'string') return { notCompared };
  const parsed = revisionSchema.safeParse(ingested?.facts.revision);
  return parsed.success ? { revision: parsed.data } : {};
}

function embargoOf(split: StageOutcome | undefined): Pick<SymbolRecord, 'embargo'> {
  const embargo = split?.facts.embargo;
  return embargo === undefined || embargo === null ? {} : { embargo: embargo as unknown as EmbargoRecord };
}

async function diagnosisOf(
  diagnosed: StageOutcome | undefined,
  artifacts: Artifacts,
): Promise<Pick<SymbolRecord, 'diagnosis'>> {
  const ref = diagnosed?.outputs.diagnosis;
  if (ref === undefined) return {};
  return { diagnosis: diagnosisSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.diagnosis)) };
}

async function selectionOf(
  selected: StageOutcome | undefined,
  artifacts: Artifacts,
): Promise<Pick<SymbolRecord, 'selection'>> {
  const ref = selected?.outputs.report;
  if (ref === undefined) return {};
  return { selection: selectionReportSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.selectionReport)) };
}

function stageRecord({ stage, part, key, cacheHit, seconds }: StageOutcome): StageRecord {
  return { stage, part, key, cacheHit, seconds };
}

async function readLedger(cleaned: StageOutcome, artifacts: Artifacts): Promise<CleanLedger | null> {
  const ref = cleaned.outputs.ledger;
  return ref === undefined ? null : ((await artifacts.getJson(ref, ARTIFACT_KINDS.ledger)) as CleanLedger);
}

async function foldRecords(split: StageOutcome | undefined, artifacts: Artifacts): Promise<readonly FoldRecord[]> {
  const ref = split?.outputs.folds;
  if (ref === undefined) return [];
  const byHorizon = foldsSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.folds));
  return Object.entries(byHorizon).flatMap(([bars, folds]) =>
    folds.map(({ id, boundaries, spans, purged, train, stopping, choosing, test }) => ({
      horizonBars: Number(bars),
      id,
      boundaries,
      ...(spans === undefined ? {} : { spans }),
      purged,
      rows: {
        train: countRows(train),
        stopping: countRows(stopping),
        choosing: countRows(choosing),
        test: countRows(test),
      },
    })),
  );
}

/** One record for each family and horizon that was evaluated. */
async function modelRecords(outcomes: readonly StageOutcome[], artifacts: Artifacts): Promise<readonly ModelRecord[]> {
  const evaluated = outcomes.filter(({ stage }) => stage === 'evaluate').sort((a, b) => (a.part < b.part ? -1 : 1));
  return Promise.all(
    evaluated.map(async (outcome) => {
      const model = parseModelPart(outcome.part);
      const family = modelFamilySchema.parse(model?.family);
      const samePart = (stage: StageName): StageOutcome | undefined =>
        outcomes.find((other) => other.stage === stage && other.part === outcome.part);
      const fits = outcomes.filter(({ stage, part }) => {
        const fit = stage === 'train' ? parseFitPart(part) : null;
        return fit?.family === family && fit.horizons.includes(model?.horizonBars ?? NaN);
      });
      return {
        family,
        horizonBars: model?.horizonBars ?? NaN,
        bundle: samePart('bundle')?.outputs.bundle ?? null,
        evaluation: (await readOutput(outcome, 'evaluation', artifacts)) as Evaluation,
        ...(await calibrationOf(samePart('calibrate'), artifacts)),
        importances: await meanImportances(fits, artifacts),
        ...(await contributionsOf(fits, artifacts)),
        training: fits.flatMap(({ part, facts }) =>
          facts.training === null || facts.training === undefined
            ? []
            : [{ foldId: parseFitPart(part)?.foldId ?? '', ...(facts.training as unknown as TrainingFacts) }],
        ),
      };
    }),
  );
}

async function readOutput(outcome: StageOutcome, name: 'evaluation', artifacts: Artifacts): Promise<unknown> {
  const ref = outcome.outputs[name];
  return ref === undefined ? null : artifacts.getJson(ref, ARTIFACT_KINDS[name]);
}

/** The calibrator of each fold, and the mean log loss that they were chosen by. */
async function calibrationOf(
  outcome: StageOutcome | undefined,
  artifacts: Artifacts,
): Promise<Pick<ModelRecord, 'calibrators' | 'choosingLogLoss'>> {
  const ref = outcome?.outputs.calibrators;
  if (ref === undefined) return { calibrators: [], choosingLogLoss: null };
  const { folds } = calibratorsSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.calibrators));
  const losses = folds.map(({ method, scores }) => scores[method]?.logLoss ?? NaN);
  return {
    calibrators: folds.map(({ method }) => method),
    choosingLogLoss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
  };
}

/** What features contribute, over the folds that tell; fits of earlier versions do not. */
async function contributionsOf(
  fits: readonly StageOutcome[],
  artifacts: Artifacts,
): Promise<Pick<ModelRecord, 'contributions'>> {
  const refs = fits.flatMap(({ outputs }) => outputs.contributions ?? []);
  if (refs.length === 0) return {};
  const folds = await Promise.all(
    refs.map(async (ref) => contributionsSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.contributions))),
  );
  return { contributions: { folds: folds.length, ...mergeContributions(folds) } };
}

/** Share of each feature, averaged over the folds; empty for a family without importances. */
async function meanImportances(
  fits: readonly StageOutcome[],
  artifacts: Artifacts,
): Promise<readonly ImportanceRecord[]> {
  const refs = fits.map(({ outputs }) => outputs.model).filter((ref): ref is ArtifactRef => ref !== undefined);
  const models = await Promise.all(
    refs.map(async (ref) => fitSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.fit))),
  );
  const sums = new Map<string, number>();
  for (const { featureNames, importances } of models) {
    const total = (importances ?? []).reduce((sum, value) => sum + Math.abs(value), 0);
    if (importances === null || total === 0) continue;
    for (const [i, name] of featureNames.entries()) {
      sums.set(name, (sums.get(name) ?? 0) + Math.abs(importances[i] ?? 0) / total / models.length);
    }
  }
  return [...sums]
    .map(([feature, share]) => ({ feature, share }))
    .sort((a, b) => b.share - a.share || (a.feature < b.feature ? -1 : 1));
}
