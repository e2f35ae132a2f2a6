import type { BarColumns } from '../../domain/core/bars';
import { concatBars, sliceBars } from '../../domain/core/bars';
import { unwrap } from '../../activities/support/stage-fault';
import { featuresStage } from '../../activities/features';
import type { ModelEngines } from '../../inference/model-engines';
import { openPredictor } from '../../inference/predictor';
import { bundleSchema } from '../../shared/contracts/bundle';
import type { FeaturesInput, StageOutcome } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { RawSeries } from '../../shared/sources/port';
import { barsToChunk, readBars } from '../../shared/tables/bar-table';
import { predictionsFromColumns } from '../../shared/tables/prediction-table';
import { createTableWriter, float64Column, int32Column, openTable } from '../../shared/tables/table-store';
import type { Bench } from './bench';
import { SMALL_RUN, asActivity, configOf, failureOf, openBench, realEngines, scopeOf } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const RUN = {
  ...SMALL_RUN,
  source: { ...SMALL_RUN.source, symbolCount: 2 },
  features: {
    include: ['rsi14', 'fracDiffClose', 'crossBeta60', 'crossStrength20:GEN02', 'crossAge'],
    fracDiff: { enabled: true, width: 40 },
    cross: ['GEN02'],
  },
  perSymbol: { GEN02: { clean: { gapBars: 7 } } },
};
/** The end of the first training part: 60 % of 1 500 bars less three labels of eight. */
const PART_END = 876;

let engines: ModelEngines;
let bench: Bench;
let outcomes: readonly StageOutcome[];

beforeAll(async () => {
  engines = await realEngines();
  bench = openBench(engines);
  outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, RUN), [], ['GEN02']);
});

async function cleanBars(): Promise<BarColumns> {
  const chunks: BarColumns[] = [];
  const ref = output(outcomeNamed(outcomes, 'clean'), 'bars');
  for await (const chunk of readBars(bench.store.artifacts, ref, ARTIFACT_KINDS.bars)) chunks.push(chunk);
  return concatBars(chunks);
}

async function barTable(bars: BarColumns) {
  const writer = createTableWriter(bench.store.artifacts, ARTIFACT_KINDS.bars);
  await writer.push(barsToChunk(bars));
  return (await writer.finish()).ref;
}

async function featuresInput(config: unknown = RUN, given: Partial<FeaturesInput> = {}): Promise<FeaturesInput> {
  const bars = output(outcomeNamed(outcomes, 'clean'), 'bars');
  const bundle = await bundleOf('logistic');
  const beside = bundle.manifest.parents['cross GEN02'];
  if (beside === undefined) throw new Error('the bundle does not know the bars beside');
  const cross = [{ symbol: 'GEN02', bars: beside }];
  return { scope: await scopeOf(bench, config), bars, timeframeMs: 3_600_000, cross, ...given };
}

const bundleRef = (family: string) => output(outcomeNamed(outcomes, 'bundle', `${family}-h8`), 'bundle');

async function bundleOf(family: string) {
  return bundleSchema.parse(await bench.store.artifacts.getJson(bundleRef(family), ARTIFACT_KINDS.bundle));
}

async function seriesOf(symbol: string, rows = Infinity): Promise<RawSeries> {
  const series = unwrap(await bench.context.source(configOf(RUN)).open(symbol));
  async function* chunks(): AsyncGenerator<BarColumns> {
    for await (const chunk of series.chunks()) {
      for (let from = 0; from < Math.min(rows, chunk.time.length); from += 61)
        yield sliceBars(chunk, from, Math.min(from + 61, rows, chunk.time.length));
    }
  }
  return { ...series, chunks };
}

it('the order of differentiation is fitted on the first training part, stated, and carried by the bundle', async () => {
  const featured = outcomeNamed(outcomes, 'features');
  const bundle = await bundleOf('lightgbm');
  const { fracDiff, cross } = bundle.recipe.features;
  expect(featured.facts.fracDiff).toEqual({ ...fracDiff, stationary: true });
  expect(fracDiff).toMatchObject({ width: 40, referencePrice: (await cleanBars()).close[0] });
  expect(cross).toEqual({
    maxAgeDays: 4,
    symbols: [{ symbol: 'GEN02', clean: { ...configOf(RUN).clean, gapBars: 7 } }],
  });
  expect(bundle.manifest.parents).toHaveProperty('fitted', featured.outputs.fitted);
  expect(featured.facts.cross).toEqual([{ symbol: 'GEN02', rows: expect.any(Number) as unknown }]);
});

it('rubbish behind the first training part leaves what was fitted as it is; rubbish inside does not', async () => {
  const bars = await cleanBars();
  const fittedWith = async (fromRow: number) => {
    const close = bars.close.map((value, row) => (row < fromRow ? value : value * (1 + 0.5 * Math.sin(row))));
    const changed = await barTable({ ...bars, close, high: close, low: close, open: close });
    const input = await featuresInput(RUN, { bars: changed });
    return (await asActivity(() => bench.activities.features(input))).outputs.fitted?.sha256;
  };
  const own = outcomeNamed(outcomes, 'features').outputs.fitted?.sha256;
  expect(await fittedWith(PART_END)).toBe(own);
  expect(await fittedWith(400)).not.toBe(own);
});

it('the key knows what fixes the first training part, and nothing of the parts behind it', async () => {
  const keyWith = async (difference: object, features: object = RUN.features): Promise<unknown> =>
    featuresStage.material(await featuresInput({ ...RUN, features, ...difference }), bench.context);
  const usual = await keyWith({});
  const otherTest = { splits: { ...SMALL_RUN.splits, holdout: { train: 0.6, validation: 0.25, test: 0.15 } } };
  const otherTrain = { splits: { ...SMALL_RUN.splits, holdout: { train: 0.5, validation: 0.3, test: 0.2 } } };
  expect(await keyWith(otherTest)).toEqual(usual);
  expect(await keyWith(otherTrain)).not.toEqual(usual);
  const unfitted = { cross: ['GEN02'], include: ['rsi14', 'crossBeta60'] };
  expect(await keyWith(otherTrain, unfitted)).toEqual(await keyWith({}, unfitted));
});

it.each(['logistic', 'lightgbm'])('the predictor of %s gives the bytes that training judged', async (family) => {
  const predictor = unwrap(await openPredictor(bench.store.artifacts, bundleRef(family), engines));
  expect(predictor.crossSymbols).toEqual(['GEN02']);
  const others = new Map([['GEN02', await seriesOf('GEN02')]]);
  const { time, probabilities } = unwrap(await predictor.predict(await seriesOf('GEN01'), others));
  const prefix = unwrap(await predictor.predict(await seriesOf('GEN01', 1_200), others));
  predictor.dispose();
  const ref = output(outcomeNamed(outcomes, 'calibrate', `${family}-h8`), 'predictions');
  const columns = await (await openTable(bench.store.artifacts, ref, ARTIFACT_KINDS.predictions)).columns();
  const rows = [...int32Column(columns, 'row')];
  const again = rows.flatMap((row) => [...probabilities.data.subarray(row * 3, row * 3 + 3)]);
  expect(rows.length).toBeGreaterThan(100);
  expect(again).toEqual([...predictionsFromColumns(columns).probabilities.data]);
  expect(prefix.probabilities.data).toEqual(probabilities.data.slice(0, prefix.probabilities.data.length));
  expect(time.length).toBeGreaterThan(prefix.time.length);
});

it('the predictor refuses in one sentence where the symbol beside is not given', async () => {
  const predictor = unwrap(await openPredictor(bench.store.artifacts, bundleRef('logistic'), engines));
  const answered = await predictor.predict(await seriesOf('GEN01'));
  predictor.dispose();
  expect(answered).toMatchObject({
    ok: false,
    fault: {
      code: 'InvalidBars',
      message: 'the model of GEN01 sees GEN02 beside it, whose bars were not given; give a source that has both',
    },
  });
});

it('a symbol beside that never stands beside is refused', async () => {
  const bars = await cleanBars();
  const later = await barTable({ ...bars, time: bars.time.map((time) => time + 1e12) });
  const input = await featuresInput(RUN, { cross: [{ symbol: 'GEN02', bars: later }] });
  const failure = await failureOf(asActivity(() => bench.activities.features(input)));
  expect(failure).toMatchObject({ type: 'InvalidBars', nonRetryable: true });
  expect(failure.message).toContain(
    'GEN01 and GEN02 (features.cross) do not overlap: no bar of GEN02 closes within 4 days before any bar of GEN01',
  );
});

it('the table of features has one column more for each feature and symbol', async () => {
  const ref = output(outcomeNamed(outcomes, 'features'), 'features');
  const table = await openTable(bench.store.artifacts, ref, ARTIFACT_KINDS.features);
  const columns = await table.columns();
  expect(table.manifest.columns.map(({ name }) => name)).toEqual([
    'time',
    'rsi14',
    'fracDiffClose',
    'crossBeta60:GEN02',
    'crossStrength20:GEN02',
    'crossAge:GEN02',
  ]);
  expect(float64Column(columns, 'crossBeta60:GEN02').filter(Number.isFinite).length).toBeGreaterThan(1_000);
});
