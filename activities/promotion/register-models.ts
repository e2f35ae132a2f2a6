import type { z } from 'zod';
import { finiteOrNull } from '../../domain/core/finite';
import type { FoldRecord, ModelRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { bundleSchema } from '../../shared/contracts/bundle';
import { registerModelsInputSchema } from '../../shared/contracts/promotion';
import type { RegisteredModel, RegisterModelsInput, Registration } from '../../shared/contracts/promotion';
import type { ModelVersion } from '../../shared/contracts/registry';
import { ERRORS, isErrorCode } from '../../shared/names/errors';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { mapBounded } from '../../shared/store/bounded';
import { changeAliases } from '../../shared/store/change-aliases';
import { readRunRecord } from '../../shared/store/run-files';
import { modelName } from '../../shared/store/registry-keys';
import { writeModelCard } from '../../shared/store/write-card';
import { assertSameStore } from '../support/same-store';
import { StageFault, faultOf } from '../support/stage-fault';
import { chooseModel } from './choose-model';
import type { PromotionDependencies } from './dependencies';

type RunToRegister = z.output<typeof registerModelsInputSchema>;

/** Symbols that are registered at once: each is a handful of small reads and writes. */
const AT_ONCE = 8;

/** A part of a run answers for fifty symbols in one payload; the whole message stands in the audit log. */
const MAX_MESSAGE_CHARACTERS = 300;

/** Registers, for each symbol and horizon of a run, the family that its choosing rows speak for. */
export async function registerModels(
  given: RegisterModelsInput,
  deps: PromotionDependencies,
): Promise<readonly Registration[]> {
  const input = registerModelsInputSchema.parse(given);
  assertSameStore(input.storeId, deps.storeId);
  const record = await readRunRecord(deps.store.objects, input.runId);
  if (record === null) {
    throw new StageFault({
      code: 'ArtifactMissing',
      message: `the run ${input.runId} has no record in ${deps.store.objects.description}: its models cannot be registered`,
    });
  }
  const symbols = input.part === undefined ? record.symbols : record.symbols.slice(input.part.from, input.part.to);
  const chosen = symbols.flatMap((symbol) => {
    const horizons = [...new Set(symbol.models.map(({ horizonBars }) => horizonBars))].sort((a, b) => a - b);
    return horizons.flatMap((horizonBars) => {
      const model = symbol.status === 'done' ? chooseModel(symbol.models, horizonBars) : null;
      return model === null ? [] : [{ symbol, model }];
    });
  });
  return mapBounded(chosen, (entry) => registerOrTell(input, entry, deps), AT_ONCE);
}

interface Chosen {
  readonly symbol: SymbolRecord;
  readonly model: ModelRecord;
}

/** What no retry mends fails this model alone, and is entered in the audit log. */
async function registerOrTell(
  input: RunToRegister,
  chosen: Chosen,
  deps: PromotionDependencies,
): Promise<Registration> {
  try {
    return await registerOne(input, chosen, deps);
  } catch (error) {
    const { code, message } = faultOf(error, isErrorCode);
    if (!isErrorCode(code) || code === 'Unexpected' || ERRORS[code].retryable) throw error;
    const { horizonBars } = chosen.model;
    const { symbol } = chosen.symbol;
    const model = modelName(input.set, symbol, horizonBars);
    await deps.audit.append(`${model}/not-registered/${input.runId}`, {
      at: new Date(deps.now()).toISOString(),
      who: `run ${input.runId}`,
      action: 'refused',
      subject: model,
      why: `not registered: ${message}`,
      details: { code, run: input.runId },
    });
    return { model, symbol, horizonBars, failure: { code, message: message.slice(0, MAX_MESSAGE_CHARACTERS) } };
  }
}

async function registerOne(
  input: RunToRegister,
  { symbol, model }: Chosen,
  deps: PromotionDependencies,
): Promise<RegisteredModel> {
  const { registry, store } = deps;
  const version = await registry.register(await versionOf(input, symbol, model, deps));
  await changeAliases(deps, {
    model: version.model,
    version: version.version,
    champion: undefined,
    action: 'register',
    who: `run ${input.runId}`,
    why: `trained as of ${version.asOf}`,
    verdict: null,
    requestId: `register-${String(version.version)}`,
    at: version.registeredAt,
  });
  await writeModelCard({ ...store, registry }, version.model, version.version);
  const champion = (await registry.current(version.model))?.champion ?? null;
  return {
    model: version.model,
    version: version.version,
    champion,
    symbol: version.symbol,
    horizonBars: version.horizonBars,
  };
}

async function versionOf(
  input: RunToRegister,
  symbol: SymbolRecord,
  model: ModelRecord,
  { store, now }: PromotionDependencies,
): Promise<Omit<ModelVersion, 'version'>> {
  const { family, horizonBars, bundle: ref, evaluation, choosingLogLoss } = model;
  if (ref === null)
    throw new StageFault({ code: 'ArtifactMissing', message: `${symbol.symbol} has no ${family} bundle` });
  const { manifest } = bundleSchema.parse(await store.artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
  const fold = foldOf(symbol, horizonBars, manifest.foldId);
  const sameHorizon = symbol.models.filter((other) => other.horizonBars === horizonBars);
  return {
    model: modelName(input.set, symbol.symbol, horizonBars),
    bundle: ref,
    runId: input.runId,
    symbol: symbol.symbol,
    family,
    horizonBars,
    asOf: new Date(input.asOfMs).toISOString(),
    registeredAt: new Date(now()).toISOString(),
    trainedUntilMs: trainedUntilMs(fold),
    choosingLogLoss: finiteOrNull(choosingLogLoss),
    candidates: sameHorizon.map((other) => ({
      family: other.family,
      choosingLogLoss: finiteOrNull(other.choosingLogLoss),
    })),
    data: {
      bars: symbol.bars,
      firstMs: symbol.ledger?.firstMs ?? null,
      lastMs: symbol.ledger?.lastMs ?? null,
      foldId: fold.id,
      parts: Object.fromEntries(
        Object.entries(fold.boundaries).map(([part, [from, to]]) => [part, [from, to] as [number, number]]),
      ),
    },
    calibrators: [...model.calibrators],
    warnings: [...evaluation.warnings],
    testRows: evaluation.testRows,
    metrics: metricsOf(model),
    baseline: baselineOf(sameHorizon, model),
    ...overfittingOf(symbol, model),
    gate: input.gate,
  };
}

/**
 * The last bar that training or validation touched. Label intervals of these parts end before the first test bar (purge),
 * and the parts follow one another, so the end of the latest of them bounds the labels too.
 */
function trainedUntilMs({ boundaries }: FoldRecord): number {
  return Math.max(boundaries.train[1], boundaries.stopping[1], boundaries.choosing[1]);
}

function foldOf({ folds, symbol }: SymbolRecord, horizonBars: number, id: string): FoldRecord {
  const fold = folds.find((candidate) => candidate.horizonBars === horizonBars && candidate.id === id);
  if (fold !== undefined) return fold;
  throw new StageFault({
    code: 'ArtifactCorrupt',
    message: `the record of ${symbol} does not know fold ${id} of its bundle`,
  });
}

/** What the ledger of the study said at the end of the run, of this model. */
function overfittingOf({ overfitting }: SymbolRecord, own: ModelRecord): Pick<ModelVersion, 'overfitting'> {
  if (overfitting === undefined) return {};
  const { study, trials, expectedMaximum, pbo, models, broken } = overfitting;
  const deflated = models.find(({ family, horizonBars }) => family === own.family && horizonBars === own.horizonBars);
  return {
    overfitting: {
      study,
      trials,
      expectedMaximum: broken === null ? expectedMaximum : null,
      sharpePerDay: deflated?.sharpePerDay ?? null,
      psr: deflated?.psr ?? null,
      dsr: deflated?.dsr ?? null,
      pbo: pbo?.value ?? null,
    },
  };
}

/** The simplest forecast of the run beside a model: the class shares, else the logistic regression. */
function baselineOf(models: readonly ModelRecord[], own: ModelRecord): ModelVersion['baseline'] {
  const found = ['majority', 'logistic']
    .map((family) => models.find((model) => model.family === family && model !== own))
    .find((model) => model !== undefined);
  return found === undefined ? null : { family: found.family, metrics: metricsOf(found) };
}

/** What is not a number stands as null, here as in the run's record. */
function metricsOf({ evaluation }: ModelRecord): ModelVersion['metrics'] {
  return Object.fromEntries(
    Object.entries(evaluation.metrics).map(([name, { value, low, high }]) => [
      name,
      { value: finiteOrNull(value), low: finiteOrNull(low), high: finiteOrNull(high) },
    ]),
  );
}
