import { DAY_MS } from '../domain/core/durations';
import type { BarColumns } from '../domain/core/bars';
import { matrixFromColumns } from '../domain/core/matrix';
import type { Matrix } from '../domain/core/matrix';
import { concatFloat64 } from '../domain/core/bars';
import type { Result } from '../domain/core/result';
import { fail, ok } from '../domain/core/result';
import { calibratorFromState } from '../domain/calibrate/calibrator';
import type { Calibrator } from '../domain/calibrate/calibrator';
import type { CleanSettings } from '../domain/clean/settings';
import { createFeatureComputer } from '../domain/features/compute';
import { featureContext } from '../domain/features/context';
import { primarySides } from '../domain/labels/meta-labels';
import { preparationFromState } from '../domain/models/preparation';
import type { ArtifactRef } from '../shared/contracts/artifact';
import type { Bundle } from '../shared/contracts/bundle';
import { bundleSchema } from '../shared/contracts/bundle';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { RawSeries } from '../shared/sources/port';
import type { Artifacts } from '../shared/store/artifacts';
import { createAsOfFeed } from './as-of-feed';
import { cleanSeries, createSortedCheck, toAsync } from './clean-series';
import type { ModelEngines } from './model-engines';
import type { SeriesModel } from './series-model';
import { openSeriesModel } from './series-model';

/**
 * Calibrated probabilities (bars x CLASS_COUNT) for every clean bar; NaN where a feature is missing. With a primary rule they
 * say whether its side is right, and `sides` is that side at each bar (1 long, -1 short, 0 none); else `sides` is null.
 */
export interface SeriesPrediction {
  readonly time: Float64Array;
  readonly probabilities: Matrix;
  readonly sides: Int8Array | null;
}

/** A saved model, ready: the same bars in give the same bytes as in the run that made it. */
export interface Predictor {
  readonly bundle: Bundle;
  /** `others` are the bars of the symbols that the model sees beside its own (`crossSymbols`), by symbol. */
  predict(series: RawSeries, others?: ReadonlyMap<string, RawSeries>): Promise<Result<SeriesPrediction>>;
  /** Symbols whose bars it needs beside those that it predicts for. */
  readonly crossSymbols: readonly string[];
  /** Frees the model's native memory. */
  dispose(): void;
}

/** Loads a bundle with its model. `ArtifactCorrupt`, `InvalidModel` or `EngineUnavailable` where it cannot be used. */
export async function openPredictor(
  artifacts: Artifacts,
  ref: ArtifactRef,
  engines: Pick<ModelEngines, 'registry' | 'tensorEngine'>,
): Promise<Result<Predictor>> {
  const parsed = bundleSchema.safeParse(await artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
  if (!parsed.success)
    return fail('ArtifactCorrupt', `${ref.uri} is not a bundle that can be read: ${parsed.error.message}`);
  const bundle = parsed.data;
  const family = engines.registry.get(bundle.family);
  if (!family.ok) return family;
  const scaler = bundle.recipe.scaler === null ? ok(null) : preparationFromState(bundle.recipe.scaler);
  if (!scaler.ok) return scaler;
  const calibrator = calibratorFromState(bundle.recipe.calibrator.state);
  if (!calibrator.ok) return calibrator;
  const model = await openSeriesModel(bundle, family.value, {
    bytes: await artifacts.get(bundle.recipe.model, ARTIFACT_KINDS.model),
    scaler: scaler.value,
    tensorEngine: engines.tensorEngine,
  });
  if (!model.ok) return model;
  return ok(predictorOf(bundle, { model: model.value, calibrator: calibrator.value }));
}

function predictorOf(
  bundle: Bundle,
  parts: { readonly model: SeriesModel; readonly calibrator: Calibrator },
): Predictor {
  return {
    bundle,
    crossSymbols: (bundle.recipe.features.cross?.symbols ?? []).map(({ symbol }) => symbol),
    predict: async (series, others = new Map()) => {
      if (series.timeframeMs !== bundle.timeframeMs) {
        return fail(
          'InvalidBars',
          `the bars are ${String(series.timeframeMs / 60_000)} minutes apart; the model was trained on ${String(bundle.timeframeMs / 60_000)}-minute bars`,
        );
      }
      const computed = await computeFeatures(bundle, series, others);
      if (!computed.ok) return computed;
      const { features, time, sides } = computed.value;
      return ok({ time, probabilities: parts.calibrator.apply(parts.model.predict(features, time)), sides });
    },
    dispose: () => parts.model.dispose(),
  };
}

async function computeFeatures(
  bundle: Bundle,
  series: RawSeries,
  others: ReadonlyMap<string, RawSeries>,
): Promise<Result<{ time: Float64Array; features: Matrix; sides: Int8Array | null }>> {
  const { features, clean, primary } = bundle.recipe;
  const isApart = primary !== undefined && !features.names.includes(primary.feature);
  const names = isApart ? [...features.names, primary.feature] : features.names;
  const cross = features.cross?.symbols ?? [];
  const computer = createFeatureComputer(
    names,
    featureContext(features, bundle.timeframeMs, {
      fracDiff: features.fracDiff ?? null,
      cross: cross.map(({ symbol }) => symbol),
    }),
  );
  if (!computer.ok) return computer;
  const beside: AsyncIterable<BarColumns>[] = [];
  for (const other of cross) {
    const cleaned = await cleanOther(bundle, other, others.get(other.symbol));
    if (!cleaned.ok) return cleaned;
    beside.push(cleaned.value);
  }
  const feed = createAsOfFeed(beside, (features.cross?.maxAgeDays ?? 0) * DAY_MS);
  const times: Float64Array[] = [];
  const columns: Float64Array[][] = [];
  const cleaned = await cleanForPrediction(series, clean, async (bars) => {
    times.push(bars.time);
    columns.push(computer.value.push(bars, await feed.joined(bars.time)));
  });
  if (!cleaned.ok) return cleaned;
  const joined = names.map((_, f) => concatFloat64(columns.map((chunk) => chunk[f] ?? new Float64Array(0))));
  const told = primary === undefined ? undefined : joined[names.indexOf(primary.feature)];
  return ok({
    time: concatFloat64(times),
    features: matrixFromColumns(joined.slice(0, features.names.length)),
    sides: primary === undefined || told === undefined ? null : primarySides(told, primary),
  });
}

/** The clean bars of a symbol that the model sees beside its own. */
async function cleanOther(
  bundle: Bundle,
  { symbol, clean }: { readonly symbol: string; readonly clean: CleanSettings },
  series: RawSeries | undefined,
): Promise<Result<AsyncIterable<BarColumns>>> {
  if (series === undefined) {
    const message = `the model of ${bundle.symbol} sees ${symbol} beside it, whose bars were not given; give a source that has both`;
    return fail('InvalidBars', message, { symbol: bundle.symbol, missing: symbol });
  }
  const chunks: BarColumns[] = [];
  const cleaned = await cleanForPrediction(series, clean, (bars) => {
    chunks.push(bars);
    return Promise.resolve();
  });
  return cleaned.ok ? ok(toAsync(chunks)) : cleaned;
}

/** A prediction may be asked for a few bars: how many are enough for training does not matter here. */
async function cleanForPrediction(
  series: RawSeries,
  clean: CleanSettings,
  onBars: (bars: BarColumns) => Promise<void>,
): Promise<Result<unknown>> {
  const order = createSortedCheck();
  for await (const chunk of series.chunks()) order.push(chunk.time);
  return cleanSeries(
    { chunks: series.chunks(), sorted: order.sorted() },
    { ...clean, minBars: 1, maxDroppedShare: 1 },
    { symbol: series.symbol, timeframeMs: series.timeframeMs, stampNote: series.stampNote, asOfMs: null },
    onBars,
  );
}
