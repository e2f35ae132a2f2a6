import { onThreads } from '../support/tensor-setting';
import { concatBars, sliceBars } from '../../domain/core/bars';
import type { BarColumns } from '../../domain/core/bars';
import type { ModelEngines } from '../../inference/model-engines';
import { openModelEngines } from '../../inference/model-engines';
import type { SeriesPrediction } from '../../inference/predictor';
import { openPredictor } from '../../inference/predictor';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { Bundle } from '../../shared/contracts/bundle';
import { bundleSchema } from '../../shared/contracts/bundle';
import { FILES_SOURCE_DEFAULTS } from '../../shared/contracts/config/defaults';
import { readingOf } from '../../shared/contracts/config/source-schema';
import type { StageOutcome } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import type { RawSeries } from '../../shared/sources/port';
import { int32Column, openTable } from '../../shared/tables/table-store';
import { predictionsFromColumns } from '../../shared/tables/prediction-table';
import { unwrap } from '../../activities/support/stage-fault';
import { bundleStage } from '../../activities/bundle';
import type { Bench } from '../activities/bench';
import { SMALL_RUN, configOf, openBench, realEngines, scopeOf } from '../activities/bench';
import { outcomeNamed, output, runSymbolPath } from '../activities/symbol-path';

const FAMILIES = ['majority', 'logistic', 'lightgbm', 'lstm'] as const;
const LOOKBACK = 6;
const WITH_NET = {
  ...SMALL_RUN,
  models: { ...SMALL_RUN.models, lstm: { enabled: true, units: 5 } },
  nets: { lookback: LOOKBACK, batchSize: 64, maxEpochs: 2 },
};

let engines: ModelEngines;
let bench: Bench;
let outcomes: readonly StageOutcome[];
let series: RawSeries;
let bars: BarColumns;

beforeAll(async () => {
  engines = await realEngines();
  bench = openBench(engines);
  outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, WITH_NET));
  series = unwrap(await bench.context.source(configOf(WITH_NET)).open('GEN01'));
  const chunks: BarColumns[] = [];
  for await (const chunk of series.chunks()) chunks.push(chunk);
  bars = concatBars(chunks);
});

const bundleRef = (family: string): ArtifactRef => output(outcomeNamed(outcomes, 'bundle', `${family}-h8`), 'bundle');

/** The first rows of the series, in chunks of this size. */
function seriesOf(rows: number, chunkRows: number): RawSeries {
  async function* chunks(): AsyncGenerator<BarColumns> {
    for (let from = 0; from < rows; from += chunkRows) {
      yield await Promise.resolve(sliceBars(bars, from, Math.min(rows, from + chunkRows)));
    }
  }
  return { ...series, chunks };
}

async function predict(family: string, given: RawSeries): Promise<SeriesPrediction> {
  const predictor = unwrap(await openPredictor(bench.store.artifacts, bundleRef(family), engines));
  const prediction = unwrap(await predictor.predict(given));
  predictor.dispose();
  return prediction;
}

const bytesOf = (column: Float64Array): Buffer => Buffer.from(column.buffer, column.byteOffset, column.byteLength);

async function withBundle(change: (bundle: Bundle) => unknown, family = 'majority'): Promise<ArtifactRef> {
  const { artifacts } = bench.store;
  const bundle = bundleSchema.parse(await artifacts.getJson(bundleRef(family), ARTIFACT_KINDS.bundle));
  return artifacts.putJson(change(bundle), ARTIFACT_KINDS.bundle);
}

describe.each(FAMILIES)('the predictor of %s', (family) => {
  it('gives the same bytes however the series is cut into chunks', async () => {
    const whole = await predict(family, seriesOf(1_500, 1_500));
    const pieces = await predict(family, seriesOf(1_500, 61));
    expect(Buffer.compare(bytesOf(pieces.time), bytesOf(whole.time))).toBe(0);
    expect(Buffer.compare(bytesOf(pieces.probabilities.data), bytesOf(whole.probabilities.data))).toBe(0);
    expect(whole.probabilities.data.filter((value) => value > 0 && value < 1).length).toBeGreaterThan(1_000);
  });

  it('gives the same bytes for a bar whether more bars follow or not', async () => {
    const whole = await predict(family, seriesOf(1_500, 400));
    const prefix = await predict(family, seriesOf(907, 400));
    expect(prefix.time).toHaveLength(907);
    const { data } = prefix.probabilities;
    expect(Buffer.compare(bytesOf(data), bytesOf(whole.probabilities.data.subarray(0, data.length)))).toBe(0);
  });

  it('gives on the test rows what was judged in training, byte for byte', async () => {
    const ref = output(outcomeNamed(outcomes, 'calibrate', `${family}-h8`), 'predictions');
    const columns = await (await openTable(bench.store.artifacts, ref, ARTIFACT_KINDS.predictions)).columns();
    const judged = predictionsFromColumns(columns);
    const { probabilities } = await predict(family, series);
    // In training a window stays inside its part; a predictor has the bars before it as well.
    const skipped = family === 'lstm' ? LOOKBACK - 1 : 0;
    const again = [...int32Column(columns, 'row')]
      .slice(skipped)
      .flatMap((row) => [...probabilities.data.subarray(row * 3, row * 3 + 3)]);
    expect(again.length).toBeGreaterThan(100);
    expect(judged.probabilities.data.subarray(0, skipped * 3).every(Number.isNaN)).toBe(true);
    const kept = judged.probabilities.data.slice(skipped * 3);
    expect(Buffer.compare(bytesOf(Float64Array.from(again)), bytesOf(kept))).toBe(0);
  });
});

describe('a predictor that cannot be had or used', () => {
  it('refuses bars of another timeframe', async () => {
    const predictor = unwrap(await openPredictor(bench.store.artifacts, bundleRef('majority'), engines));
    const answered = await predictor.predict({ ...series, timeframeMs: 900_000 });
    expect(answered).toMatchObject({ ok: false, fault: { code: 'InvalidBars' } });
    expect(answered.ok ? '' : answered.fault.message).toContain('15 minutes apart');
  });

  it('refuses what is no bundle', async () => {
    const ref = await withBundle((bundle) => ({ ...bundle, classes: undefined }));
    const opened = await openPredictor(bench.store.artifacts, ref, engines);
    expect(opened).toMatchObject({ ok: false, fault: { code: 'ArtifactCorrupt' } });
  });

  it.each([
    { what: 'scaler', family: 'logistic', code: 'InvalidModel', change: { scaler: { kind: 'none such' } } },
    {
      what: 'calibrator',
      family: 'majority',
      code: 'ArtifactCorrupt',
      change: { calibrator: { method: 'x', state: 1 } },
    },
  ])('refuses a damaged $what', async ({ family, change, code }) => {
    const ref = await withBundle((bundle) => ({ ...bundle, recipe: { ...bundle.recipe, ...change } }), family);
    expect(await openPredictor(bench.store.artifacts, ref, engines)).toMatchObject({
      ok: false,
      fault: { code },
    });
  });

  it.each(FAMILIES)('refuses the model of another family or none: %s', async (family) => {
    const model = await bench.store.artifacts.put(Buffer.from('not a model'), ARTIFACT_KINDS.model);
    const ref = await withBundle((bundle) => ({ ...bundle, recipe: { ...bundle.recipe, model } }), family);
    const opened = await openPredictor(bench.store.artifacts, ref, engines);
    expect(opened).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
  });

  it('notices damaged bytes in the store', async () => {
    const ref = await withBundle((bundle) => ({ ...bundle, horizonBars: 9 }));
    await bench.store.objects.put(ref.uri, Buffer.from('{"half":'), { ifAbsent: false });
    await expect(openPredictor(bench.store.artifacts, ref, engines)).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
    });
  });

  it('says that its engine is missing', async () => {
    const without = await openModelEngines(
      { ...locateNativeParts({}), lightgbm: { found: false, remedy: 'set it up' } },
      onThreads(1),
    );
    const opened = await openPredictor(bench.store.artifacts, bundleRef('lightgbm'), without);
    expect(opened).toMatchObject({ ok: false, fault: { code: 'EngineUnavailable', message: 'set it up' } });
    expect((await openPredictor(bench.store.artifacts, bundleRef('logistic'), without)).ok).toBe(true);
  });
});

describe('how a bundle says its bars were read', () => {
  it('is nothing for generated bars', async () => {
    const ref = bundleRef('majority');
    const bundle = bundleSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
    expect(bundle.recipe.reading).toBeNull();
  });

  it('is the reading settings of files, without their paths', async () => {
    const reading = { delimiter: ';', timeZone: 'Asia/Tokyo', stamp: 'close', timeframeMinutes: 60 } as const;
    const source = { ...FILES_SOURCE_DEFAULTS, ...reading, paths: ['somewhere/*.csv'] };
    const scope = await scopeOf(bench, { ...SMALL_RUN, source });
    const calibrated = outcomeNamed(outcomes, 'calibrate', 'majority-h8');
    const trained = outcomeNamed(outcomes, 'train', 'majority-h8-f0');
    const computed = await bundleStage.compute(
      {
        scope,
        family: 'majority',
        horizonBars: 8,
        timeframeMs: 3_600_000,
        bars: output(outcomeNamed(outcomes, 'clean'), 'bars'),
        labels: output(outcomeNamed(outcomes, 'labels'), '8'),
        fits: [{ foldId: 'f0', model: output(trained, 'model'), predictions: output(trained, 'predictions-h8') }],
        calibrators: output(calibrated, 'calibrators'),
        predictions: output(calibrated, 'predictions'),
      },
      bench.context,
      () => undefined,
      { key: '', signal: new AbortController().signal, canStop: () => undefined, tell: () => undefined },
    );
    const ref = computed.outputs.bundle!;
    const { recipe } = bundleSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
    expect(recipe.reading).toEqual({ ...reading, columns: FILES_SOURCE_DEFAULTS.columns });
    expect(readingOf(source)).toEqual(recipe.reading);
  });
});
