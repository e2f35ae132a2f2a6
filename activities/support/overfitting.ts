import { finiteOrNull } from '../../domain/core/finite';
import { commonDays } from '../../domain/statistics/common-days';
import type { BacktestOverfitting } from '../../domain/statistics/pbo';
import { PBO_BLOCKS, backtestOverfitting } from '../../domain/statistics/pbo';
import type { SharpeMoments } from '../../domain/statistics/sharpe';
import { sharpeMoments } from '../../domain/statistics/sharpe';
import { deflate, luckOf, meanCorrelation } from '../../domain/statistics/study';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { symbolConfigOf } from '../../shared/contracts/config/resolve';
import type { RunConfig } from '../../shared/contracts/config/schema';
import { runConfigSchema } from '../../shared/contracts/config/schema';
import { configurationIdentity, studyIdentity } from '../../shared/contracts/config/trial-identity';
import type { DeflatedRecord, OverfittingRecord } from '../../shared/contracts/run-record';
import type { StageOutcome } from '../../shared/contracts/stages';
import { modelFamilySchema } from '../../shared/contracts/stages';
import type { DailyReturns, Trial } from '../../shared/contracts/trials';
import { dailyReturnsSchema } from '../../shared/contracts/trials';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { parseModelPart } from '../../shared/names/ids';
import type { Artifacts } from '../../shared/store/artifacts';
import { mapBounded } from '../../shared/store/bounded';
import { canonicalJson, sha256Hex } from '../../shared/store/hash';
import type { Store } from '../../shared/store/open-store';
import { createTrialLedger } from '../../shared/store/trial-ledger';

/** Of PSR, DSR and MinTRL. */
const CONFIDENCE = 0.95;
/** A block of fewer days says nothing of a Sharpe ratio; of a short record fewer blocks are made. */
const LEAST_DAYS_OF_A_BLOCK = 5;
const LEAST_BLOCKS = 4;

export interface SymbolTrials {
  readonly symbol: string;
  readonly config: ArtifactRef;
  readonly outcomes: readonly StageOutcome[];
  /** When it is entered, for people. */
  readonly at: string;
}

/**
 * Enters what a run evaluated for a symbol into the ledger of its study, and says how much of the result luck explains.
 * null where nothing was evaluated. A broken ledger is no failure of the symbol, whose models are what they are: the record
 * says so in a sentence, and no number is told that would rest on it.
 */
export async function overfittingOf(
  { symbol, config: ref, outcomes, at }: SymbolTrials,
  { artifacts, objects }: Pick<Store, 'artifacts' | 'objects'>,
): Promise<OverfittingRecord | null> {
  const config = runConfigSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.config));
  const own = await trialsOf(outcomes, config, symbol, artifacts);
  if (own.length === 0) return null;
  const study = studyName(config);
  try {
    const { trials, head } = await createTrialLedger(objects).enter(study, symbol, own, at);
    return { study, broken: null, head, ...(await judgeStudy(trials, own, artifacts)) };
  } catch (error) {
    if (!isBroken(error)) throw error;
    return { ...NOTHING_TOLD, study, broken: error.message };
  }
}

/** The name given, or one for each source: whoever tries settings on the same bars adds to the same count. */
export function studyName(config: RunConfig): string {
  return config.study ?? `source-${sha256Hex(canonicalJson(studyIdentity(config))).slice(0, 12)}`;
}

const NOTHING_TOLD = {
  head: null,
  trials: 0,
  sharpeVariance: 0,
  usedVariance: 0,
  meanCorrelation: null,
  expectedMaximum: 0,
  pbo: null,
  models: [],
} as const satisfies Omit<OverfittingRecord, 'study' | 'broken'>;

function isBroken(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'LedgerBroken';
}

/** What was evaluated in this run. Results of earlier versions have no daily returns and are no trials. */
async function trialsOf(
  outcomes: readonly StageOutcome[],
  config: RunConfig,
  symbol: string,
  artifacts: Artifacts,
): Promise<readonly Trial[]> {
  const settings = symbolConfigOf(config, symbol);
  const evaluated = outcomes.filter(({ stage }) => stage === 'evaluate').sort((a, b) => (a.part < b.part ? -1 : 1));
  const trials = await Promise.all(
    evaluated.map(async ({ part, key, outputs: { returns } }): Promise<Trial | null> => {
      const model = parseModelPart(part);
      if (returns === undefined || model === null) return null;
      const family = modelFamilySchema.parse(model.family);
      const { horizonBars } = model;
      const identity = configurationIdentity(config, settings, { family, horizonBars });
      const days = await readDays(returns, artifacts);
      const { sharpe, observations, skew, kurtosis } = sharpeMoments(Float64Array.from(days.returns));
      return {
        key,
        family,
        horizonBars,
        configuration: sha256Hex(canonicalJson(identity)),
        sharpePerDay: sharpe,
        days: observations,
        skew,
        kurtosis,
        returns,
      };
    }),
  );
  return trials.filter((trial) => trial !== null);
}

async function readDays(ref: ArtifactRef, artifacts: Artifacts): Promise<DailyReturns> {
  return dailyReturnsSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.dailyReturns));
}

type StudyNumbers = Omit<OverfittingRecord, 'study' | 'broken' | 'head'>;

async function judgeStudy(
  trials: readonly Trial[],
  own: readonly Trial[],
  artifacts: Artifacts,
): Promise<StudyNumbers> {
  const days = await mapBounded(trials, ({ returns }) => readIfThere(returns, artifacts));
  const best = own.reduce((chosen, trial) => (trial.sharpePerDay > chosen.sharpePerDay ? trial : chosen));
  const reference = await readDays(best.returns, artifacts);
  const common = commonDays(
    reference.dates,
    days.filter((read) => read !== null),
  );
  const correlation = meanCorrelation(common.returns);
  const luck = luckOf(trials.map(momentsOf), correlation);
  const pbo = backtestOverfitting(common.returns, blocksFor(common.dates.length));
  return {
    trials: luck.trials,
    sharpeVariance: luck.sharpeVariance,
    usedVariance: luck.usedVariance,
    meanCorrelation: correlation,
    expectedMaximum: luck.expectedMaximum,
    pbo: pbo === null ? null : pboRecord(pbo),
    models: own.map((trial): DeflatedRecord => {
      const { psr, dsr, minTrl } = deflate(momentsOf(trial), luck, CONFIDENCE);
      const { family, horizonBars, sharpePerDay, days: count, skew, kurtosis } = trial;
      return {
        family: modelFamilySchema.parse(family),
        horizonBars,
        sharpePerDay,
        days: count,
        skew,
        kurtosis,
        psr: finiteOrNull(psr),
        dsr: finiteOrNull(dsr),
        minTrlDays: minTrl,
      };
    }),
  };
}

/** Old returns that are damaged or gone leave their trial in the count, and out of what is compared day by day. */
async function readIfThere(ref: ArtifactRef, artifacts: Artifacts): Promise<DailyReturns | null> {
  return (await artifacts.isIntact(ref)) ? readDays(ref, artifacts) : null;
}

function momentsOf({ sharpePerDay, days, skew, kurtosis }: Trial): SharpeMoments {
  return { sharpe: sharpePerDay, observations: days, skew, kurtosis };
}

/** As many blocks as CSCV usually has where the days suffice; 0, which gives no PBO, where they do not. */
function blocksFor(days: number): number {
  const even = 2 * Math.floor(Math.min(PBO_BLOCKS, days / LEAST_DAYS_OF_A_BLOCK) / 2);
  return even < LEAST_BLOCKS ? 0 : even;
}

function pboRecord({ pbo, trials, observations, blocks, lossProbability, logits }: BacktestOverfitting) {
  const counts = new Map<number, number>();
  for (const logit of logits) counts.set(logit, (counts.get(logit) ?? 0) + 1);
  return {
    value: pbo,
    trials,
    days: observations,
    blocks,
    lossProbability,
    logits: [...counts].sort(([a], [b]) => a - b),
  };
}
