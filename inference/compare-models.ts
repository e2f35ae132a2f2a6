import { finiteOrNull } from '../domain/core/finite';
import type { Matrix } from '../domain/core/matrix';
import { emptyMatrix, gatherRows } from '../domain/core/matrix';
import { CLASS_COUNT } from '../domain/core/classes';
import type { Result } from '../domain/core/result';
import { fail, ok } from '../domain/core/result';
import { defaultChecks } from '../domain/promotion/default-checks';
import type { GateEvidence } from '../domain/promotion/evidence';
import { gateEvidence } from '../domain/promotion/evidence';
import type { GateCheck } from '../domain/promotion/gate';
import { judge } from '../domain/promotion/gate';
import type { ArtifactRef } from '../shared/contracts/artifact';
import type { Bundle } from '../shared/contracts/bundle';
import { crossParent } from '../shared/contracts/bundle';
import { symbolConfigSchema, type SymbolConfig } from '../shared/contracts/config/schema';
import type { Contestant, GateEvidenceRecord, JudgeTask } from '../shared/contracts/promotion';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { RawSeries } from '../shared/sources/port';
import type { Artifacts } from '../shared/store/artifacts';
import { readBars } from '../shared/tables/bar-table';
import { readClasses } from '../shared/tables/label-table';
import { pathPredictionsFromColumns, predictionsByPath } from '../shared/tables/prediction-table';
import { float64Column, openTable } from '../shared/tables/table-store';
import type { ModelEngines } from './model-engines';
import type { Predictor } from './predictor';
import { openPredictor } from './predictor';

/** Where the models and their data are, and what computes them. */
export interface ComparisonMeans {
  readonly artifacts: Artifacts;
  readonly engines: Pick<ModelEngines, 'registry' | 'tensorEngine'>;
  /** Told once each model has predicted: so many of two. */
  readonly onProgress?: (predicted: number) => void;
  /** Further checks behind the default ones. */
  readonly moreChecks?: readonly GateCheck[];
}

/**
 * Champion and challenger on the same test bars: rows of the challenger's test parts that close after the last bar that
 * either of them was trained or validated on, with the challenger's labels. Both predict the challenger's clean bars, each
 * by its own recipe, so that neither has seen what it is judged on and both see the same.
 *
 * Models that cannot be compared (other bars, other horizon) are refused by a check that says so; a model that cannot be
 * opened is a fault.
 */
export async function compareModels(
  task: Pick<JudgeTask, 'champion' | 'challenger' | 'gate'>,
  means: ComparisonMeans,
): Promise<Result<GateEvidenceRecord>> {
  const champion = await openPredictor(means.artifacts, task.champion.bundle, means.engines);
  if (!champion.ok) return champion;
  try {
    const challenger = await openPredictor(means.artifacts, task.challenger.bundle, means.engines);
    if (!challenger.ok) return challenger;
    try {
      return await compareOpened(task, { champion: champion.value, challenger: challenger.value }, means);
    } finally {
      challenger.value.dispose();
    }
  } finally {
    champion.value.dispose();
  }
}

async function compareOpened(
  task: Pick<JudgeTask, 'champion' | 'challenger' | 'gate'>,
  { champion, challenger }: { readonly champion: Predictor; readonly challenger: Predictor },
  means: ComparisonMeans,
): Promise<Result<GateEvidenceRecord>> {
  const { artifacts, onProgress = () => undefined } = means;
  const { bundle } = challenger;
  const difference = whyNotComparable(champion.bundle, bundle);
  const rows =
    difference === null
      ? await commonRows(bundle, artifacts, Math.max(task.champion.trainedUntilMs, task.challenger.trainedUntilMs))
      : NO_ROWS;
  const probabilities: Matrix[] = [];
  for (const predictor of [champion, challenger]) {
    const predicted = difference === null ? await predictAt(predictor, bundle, artifacts, rows.time) : ok(NOTHING);
    if (!predicted.ok) return predicted;
    probabilities.push(predicted.value);
    onProgress(probabilities.length);
  }
  const [ofChampion = NOTHING, ofChallenger = NOTHING] = probabilities;
  const evidence = gateEvidence({
    classIndex: rows.classIndex,
    champion: ofChampion,
    challenger: ofChallenger,
    spanBars: bundle.horizonBars,
    study: task.challenger.overfitting ?? null,
    eceBins: symbolConfigSchema.parse(bundle.manifest.config).evaluation.eceBins,
  });
  const checks = [...comparable(difference), ...defaultChecks(task.gate), ...(means.moreChecks ?? [])];
  const verdict = judge(checks, evidence);
  return ok({
    champion: contestantRecord(task.champion, evidence.champion),
    challenger: contestantRecord(task.challenger, evidence.challenger),
    fromMs: rows.time[0] ?? null,
    toMs: rows.time.at(-1) ?? null,
    rows: evidence.rows,
    leftOut: evidence.leftOut,
    spanBars: evidence.spanBars,
    classShares: evidence.classShares.map((share) => (Number.isFinite(share) ? share : 0)),
    baseLogLoss: finiteOrNull(evidence.baseLogLoss),
    largestDeviation: largestDeviation(ofChallenger, rows.ownProbabilities),
    gate: task.gate,
    passed: verdict.passed,
    checks: verdict.checks.map((check) => ({ ...check })),
  });
}

/** Rows that both are judged on, in the order of time. */
interface CommonRows {
  readonly time: Float64Array;
  readonly classIndex: Int8Array;
  /** What the challenger's own run predicted there. */
  readonly ownProbabilities: Matrix;
}

const NOTHING: Matrix = emptyMatrix(0, CLASS_COUNT);
const NO_ROWS: CommonRows = { time: new Float64Array(0), classIndex: new Int8Array(0), ownProbabilities: NOTHING };

async function commonRows({ manifest }: Bundle, artifacts: Artifacts, seenUntilMs: number): Promise<CommonRows> {
  const { bars, labels, predictions } = manifest.parents;
  if (bars === undefined || labels === undefined || predictions === undefined) return NO_ROWS;
  const barTable = await openTable(artifacts, bars, ARTIFACT_KINDS.bars);
  const time = float64Column(await barTable.columns(['time']), 'time');
  const classes = await readClasses(artifacts, labels);
  const table = await openTable(artifacts, predictions, ARTIFACT_KINDS.predictions);
  const paths = predictionsByPath(pathPredictionsFromColumns(await table.columns()));
  const [tested] = paths;
  if (tested === undefined) return NO_ROWS;
  const unseen = [...tested.row.keys()].filter((r) => (time[tested.row[r] ?? -1] ?? NaN) > seenUntilMs);
  const rowNumbers = unseen.map((r) => tested.row[r] ?? -1);
  return {
    time: Float64Array.from(rowNumbers, (row) => time[row] ?? NaN),
    classIndex: Int8Array.from(rowNumbers, (row) => classes[row] ?? -1),
    // Of several paths none is the bundled fold's alone: there is nothing to hold its forecasts against.
    ownProbabilities: paths.length === 1 ? gatherRows(tested.probabilities, unseen) : NOTHING,
  };
}

/** A model's probabilities at the given instants; NaN where it has none. */
async function predictAt(
  predictor: Predictor,
  { symbol, timeframeMs, manifest }: Bundle,
  artifacts: Artifacts,
  instants: Float64Array,
): Promise<Result<Matrix>> {
  const { bars } = manifest.parents;
  if (bars === undefined) return ok(NOTHING);
  const others = new Map<string, RawSeries>();
  for (const other of predictor.crossSymbols) {
    // A champion may see a symbol that the challenger does not: then its own bars are all there are.
    const name = crossParent(other);
    const beside = manifest.parents[name] ?? predictor.bundle.manifest.parents[name];
    if (beside !== undefined) others.set(other, cleanBars(other, timeframeMs, beside, artifacts));
  }
  const predicted = await predictor.predict(cleanBars(symbol, timeframeMs, bars, artifacts), others);
  if (!predicted.ok) return fail(predicted.fault.code, predicted.fault.message, predicted.fault.details);
  const rowAt = new Map(Array.from(predicted.value.time, (instant, row) => [instant, row]));
  const from = predicted.value.probabilities;
  const matrix = emptyMatrix(instants.length, CLASS_COUNT);
  for (const [i, instant] of instants.entries()) {
    const row = rowAt.get(instant);
    for (let c = 0; c < CLASS_COUNT; c += 1)
      matrix.data[i * CLASS_COUNT + c] = row === undefined ? NaN : (from.data[row * CLASS_COUNT + c] ?? NaN);
  }
  return ok(matrix);
}

function cleanBars(symbol: string, timeframeMs: number, ref: ArtifactRef, artifacts: Artifacts): RawSeries {
  return {
    symbol,
    timeframeMs,
    stampNote: 'clean bars of the challenger’s run',
    fingerprint: ref.sha256,
    chunks: () => readBars(artifacts, ref, ARTIFACT_KINDS.bars),
  };
}

function whyNotComparable(champion: Bundle, challenger: Bundle): string | null {
  const minutes = ({ timeframeMs }: Bundle): string => `${String(timeframeMs / 60_000)}-minute bars`;
  if (champion.symbol !== challenger.symbol)
    return `the champion is of ${champion.symbol}, the challenger of ${challenger.symbol}`;
  if (champion.timeframeMs !== challenger.timeframeMs)
    return `the champion was trained on ${minutes(champion)}, the challenger on ${minutes(challenger)}`;
  if (asked(champion) !== asked(challenger))
    return `the champion was asked ${asked(champion)}, the challenger ${asked(challenger)}`;
  if (champion.horizonBars !== challenger.horizonBars)
    return `the champion looks ${String(champion.horizonBars)} bars ahead, the challenger ${String(challenger.horizonBars)}`;
  const [ofChampion, ofChallenger] = [labelsOf(champion).timeouts, labelsOf(challenger).timeouts];
  if (ofChampion !== ofChallenger)
    return `time-outs follow the rule '${ofChampion}' in the labels of the champion, '${ofChallenger}' in those of the challenger`;
  return null;
}

/** What the classes of a model mean: by the labels of another kind it would be wrong wherever it is right. */
function asked(bundle: Bundle): string {
  const { primary } = bundle.recipe;
  const goes = wayAsked(labelsOf(bundle).kind);
  return primary === undefined ? goes : `whether the side of ${JSON.stringify(primary)} is right about ${goes}`;
}

function wayAsked(kind: SymbolConfig['labels']['kind']): string {
  switch (kind) {
    case 'tripleBarrier':
      return 'where the price goes';
    case 'trendScanning':
      return 'which way the steadiest trend goes';
  }
}

function labelsOf({ manifest }: Bundle): SymbolConfig['labels'] {
  return symbolConfigSchema.parse(manifest.config).labels;
}

/** A check that is there only where it fails: no row can be common then. */
function comparable(difference: string | null): readonly GateCheck[] {
  if (difference === null) return [];
  const sentence = `the models cannot be compared: ${difference}`;
  return [{ name: 'comparable', run: () => ({ passed: false, sentence, measured: null, wanted: null }) }];
}

function contestantRecord({ bundle, trainedUntilMs }: Contestant, scores: GateEvidence['champion']) {
  return {
    bundle: bundle.sha256,
    trainedUntilMs,
    scores: {
      logLoss: finiteOrNull(scores.logLoss),
      skill: finiteOrNull(scores.skill),
      ece: finiteOrNull(scores.ece),
    },
  };
}

/** Over rows that both have; null where there is none. */
function largestDeviation(here: Matrix, there: Matrix): number | null {
  const gaps = here.data.map((value, i) => Math.abs(value - (there.data[i] ?? NaN))).filter(Number.isFinite);
  return gaps.length === 0 ? null : gaps.reduce((largest, gap) => Math.max(largest, gap), 0);
}
