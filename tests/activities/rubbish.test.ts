import type { BarColumns } from '../../domain/core/bars';
import { concatBars } from '../../domain/core/bars';
import type { Fold } from '../../domain/core/folds';
import { gatherRows } from '../../domain/core/matrix';
import { randomFromSeed } from '../../domain/core/random';
import { expandRanges } from '../../domain/core/rows';
import { createSampleWeigher } from '../../domain/labels/weights/sample-weights';
import { isCompleteRow } from '../../domain/models/fitted-recipe';
import { fitPreparation } from '../../domain/models/preparation';
import { selectFeatures } from '../../domain/select/select-features';
import { foldsSchema } from '../../shared/contracts/folds';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { calibratorsSchema, fitSchema } from '../../shared/contracts/model-artifacts';
import { selectionReportSchema } from '../../shared/contracts/selection';
import type { FitTask, SymbolScope } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { predictionsOutput } from '../../shared/names/ids';
import { barsToChunk, readBars } from '../../shared/tables/bar-table';
import { readClasses, readDecidingRows } from '../../shared/tables/label-table';
import { createTableWriter } from '../../shared/tables/table-store';
import { readMatrix } from '../../activities/support/fit-data';
import { unwrap } from '../../activities/support/stage-fault';
import type { Bench } from './bench';
import { SMALL_RUN, asActivity, openBench, realEngines, scopeOf } from './bench';
import { output } from './symbol-path';

/** Everything that is fitted: selection, scaler, components, weights, synthetic rows, models of every kind, calibrators. */
const RUN = {
  ...SMALL_RUN,
  features: { include: [...SMALL_RUN.features.include, 'bollingerPosition20', 'realisedVolatility20'] },
  labels: { ...SMALL_RUN.labels, weights: { returnAttribution: true, timeDecay: 0.5 } },
  select: { enabled: true, maxFeatures: 4, pca: 0.95 },
  scaling: 'quantile',
  augmentation: { kind: 'regimeBlocks', meanBlockBars: 48 },
  models: { ...SMALL_RUN.models, mlp: { enabled: true, hidden: [6] } },
  nets: { lookback: 6, batchSize: 64, maxEpochs: 2 },
};
const HOUR_MS = 3_600_000;
const HORIZON = 8;

let bench: Bench;
let scope: SymbolScope;
let bars: BarColumns;
let clean: Fitted;

beforeAll(async () => {
  bench = openBench(await realEngines());
  scope = await scopeOf(bench, RUN);
  const ingested = await asActivity(() => bench.activities.ingest({ scope }));
  const raw = ingested.facts as Parameters<typeof bench.activities.clean>[0]['raw'];
  const rawBars = output(ingested, 'rawBars');
  const cleaned = await asActivity(() => bench.activities.clean({ scope, rawBars, raw }));
  const chunks: BarColumns[] = [];
  const { artifacts } = bench.store;
  for await (const chunk of readBars(artifacts, output(cleaned, 'bars'), ARTIFACT_KINDS.bars)) chunks.push(chunk);
  bars = concatBars(chunks);
  clean = await fitted(bars);
}, 120_000);

/** From some row on prices and volumes that have nothing to do with the market, a hundred times as large. */
function rubbishFrom(row: number): BarColumns {
  const random = randomFromSeed(99);
  const changed = { ...bars, open: bars.open.slice(), high: bars.high.slice(), low: bars.low.slice() };
  const [close, volume] = [bars.close.slice(), bars.volume.slice()];
  for (let r = row; r < close.length; r += 1) {
    const [open, end] = [100 * Math.exp(random.normal()), 100 * Math.exp(random.normal())];
    changed.open[r] = open;
    close[r] = end;
    changed.high[r] = Math.max(open, end) * (1 + random.uniform());
    changed.low[r] = Math.min(open, end) * (1 - 0.5 * random.uniform());
    volume[r] = 1e6 * random.uniform();
  }
  return { ...changed, close, volume };
}

/** What one model of a family was fitted to. */
interface FittedModelParts {
  readonly scaler: unknown;
  readonly model: string;
  readonly importances: readonly number[] | null;
  readonly trainRows: number;
  readonly calibrators: unknown;
}

interface Fitted {
  readonly fold: Fold;
  readonly selection: unknown;
  readonly weights: Float64Array;
  readonly models: Readonly<Record<string, FittedModelParts>>;
  readonly features: ArtifactRef;
  readonly labels: ArtifactRef;
}

/** Carries bars from features to calibrators, and gathers what was fitted on the way. */
async function fitted(given: BarColumns): Promise<Fitted> {
  const { activities, store } = bench;
  const { artifacts } = store;
  const writer = createTableWriter(artifacts, ARTIFACT_KINDS.bars);
  await writer.push(barsToChunk(given));
  const { ref } = await writer.finish();
  const input = { scope, bars: ref };
  const featured = await asActivity(() => activities.features({ ...input, timeframeMs: HOUR_MS }));
  const labelled = await asActivity(() => activities.labels(input));
  const split = await asActivity(() => activities.splits({ ...input, labels: labelled.outputs }));
  const [features, labels] = [output(featured, 'features'), output(labelled, String(HORIZON))];
  const folds = output(split, 'folds');
  const chosen = await asActivity(() => activities.select({ scope, features, labels: labelled.outputs, folds }));
  const fold = foldsSchema.parse(await artifacts.getJson(folds, ARTIFACT_KINDS.folds))[String(HORIZON)]![0]!;
  const models: Record<string, FittedModelParts> = {};
  for (const task of split.facts.tasks as FitTask[]) {
    const data = { features, selection: output(chosen, 'selection'), labels: labelled.outputs, folds, bars: ref };
    const trained = await asActivity(() =>
      activities.train({ scope, task, ...data, timeframeMs: HOUR_MS, rungs: [], resumeFrom: null }),
    );
    const model = output(trained, 'model');
    const predictions = output(trained, predictionsOutput(HORIZON));
    const fits = [{ foldId: fold.id, model, predictions }];
    const calibrated = await asActivity(() =>
      activities.calibrate({ scope, family: task.family, horizonBars: HORIZON, labels, fits }),
    );
    const fit = fitSchema.parse(await artifacts.getJson(model, ARTIFACT_KINDS.fit));
    const calibrators = await artifacts.getJson(output(calibrated, 'calibrators'), ARTIFACT_KINDS.calibrators);
    const { scaler, importances, trainRows } = fit;
    models[task.family] = {
      ...{ scaler, importances, trainRows, model: fit.model.sha256 },
      calibrators: calibratorsSchema.parse(calibrators),
    };
  }
  const { weights } = (await bench.context.symbolConfig(scope)).labels;
  const t1Row = await readDecidingRows(artifacts, labels);
  const weigh = createSampleWeigher(weights, { t1Row, prices: given });
  const classes = await readClasses(artifacts, labels);
  const report = output(chosen, 'report');
  return {
    fold,
    selection: selectionReportSchema.parse(await artifacts.getJson(report, ARTIFACT_KINDS.selectionReport)),
    weights: unwrap(weigh(expandRanges(fold.train).filter((row) => (classes[row] ?? -1) >= 0))),
    models,
    features,
    labels,
  };
}

const firstRow = (ranges: Fold['test']): number => ranges[0]![0];
const without = (parts: FittedModelParts, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(parts).filter(([name]) => !names.includes(name)));

describe('rubbish in the place of rows that nothing may be fitted on', () => {
  it('test rows: selection, weights, scalers, models and calibrators are the same bytes', async () => {
    const other = await fitted(rubbishFrom(firstRow(clean.fold.test)));
    expect(other.fold.train).toEqual(clean.fold.train);
    expect(other.selection).toEqual(clean.selection);
    expect(other.weights).toEqual(clean.weights);
    expect(Object.keys(other.models)).toEqual(['majority', 'logistic', 'lightgbm', 'mlp']);
    expect(other.models).toEqual(clean.models);
    // The rubbish did arrive.
    expect(other.features.sha256).not.toBe(clean.features.sha256);
    expect(other.labels.sha256).not.toBe(clean.labels.sha256);
  }, 120_000);

  it('everything after the training part: what stops on nothing is the same bytes, and so is every scaler', async () => {
    const other = await fitted(rubbishFrom(firstRow(clean.fold.stopping)));
    expect(other.fold.train).toEqual(clean.fold.train);
    expect(other.selection).toEqual(clean.selection);
    expect(other.weights).toEqual(clean.weights);
    for (const family of ['majority', 'logistic']) {
      expect(without(other.models[family]!, ['calibrators'])).toEqual(without(clean.models[family]!, ['calibrators']));
    }
    for (const family of ['lightgbm', 'mlp'])
      expect(other.models[family]!.scaler).toEqual(clean.models[family]!.scaler);
    // Calibrators are fitted on the stopping part: the rubbish in it has to be seen.
    expect(other.models.logistic!.calibrators).not.toEqual(clean.models.logistic!.calibrators);
  }, 120_000);
});

describe('a mutant that fits on all rows', () => {
  const rowsOf = async (ref: ArtifactRef, labels: ArtifactRef, all: boolean) => {
    const { features, featureNames } = await readMatrix(bench.store.artifacts, { features: ref });
    const classes = await readClasses(bench.store.artifacts, labels);
    const [from, to] = all ? [0, features.rows] : [0, clean.fold.train.at(-1)![1]];
    const rows = expandRanges([[from, to]]).filter((row) => isCompleteRow(features, row));
    const horizons = [{ bars: HORIZON, classIndex: rows.map((row) => classes[row] ?? -1) }];
    return { features: gatherRows(features, rows), names: featureNames, rows, horizons };
  };

  it('is caught by its scaler and its selection', async () => {
    const rubbish = await fitted(rubbishFrom(firstRow(clean.fold.test)));
    const notAsked = () => Promise.reject(new Error('nobody asks'));
    for (const all of [false, true]) {
      const [before, after] = [
        await rowsOf(clean.features, clean.labels, all),
        await rowsOf(rubbish.features, rubbish.labels, all),
      ];
      const states = [before, after].map(({ features }) =>
        JSON.stringify(fitPreparation(features, { scaling: 'robust', pca: 0.9 }).toState()),
      );
      const settings = { maxCorrelation: 0.8, maxFeatures: 4, method: 'none' } as const;
      const judged = [
        unwrap(await selectFeatures(before, settings, notAsked)).features,
        unwrap(await selectFeatures(after, settings, notAsked)).features,
      ].map((features) => JSON.stringify(features));
      expect({ all, scaler: states[0] === states[1], selection: judged[0] === judged[1] }).toEqual({
        ...{ all, scaler: !all, selection: !all },
      });
    }
  }, 120_000);
});
