import { augmentFold, augmentWeigher, type PlacedRows } from '../../activities/support/augmented-fit';
import { makeSyntheticRows, type SyntheticRecipe, type SyntheticRows } from '../../activities/support/synthetic-rows';
import { omit, recipeOf } from '../../activities/support/fit-recipe';
import { unwrap } from '../../activities/support/stage-fault';
import { AUGMENTATION_METHODS } from '../../domain/augment/settings';
import { BAR_FIELDS, type BarColumns } from '../../domain/core/bars';
import { NO_CLASS } from '../../domain/core/classes';
import type { RowRange } from '../../domain/core/rows';
import { createSampleWeigher } from '../../domain/labels/weights/sample-weights';
import { resolveConfig } from '../../shared/contracts/config/resolve';
import type { FitTask, SymbolScope, TrainInput } from '../../shared/contracts/stages';
import { fittedFeaturesSchema } from '../../shared/contracts/fitted-features';
import { fitSchema } from '../../shared/contracts/model-artifacts';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { predictionsOutput } from '../../shared/names/ids';
import { generate, SETTINGS } from '../domain/generate/generated-bars';
import type { Bench } from './bench';
import { SMALL_RUN, asActivity, openBench, realEngines, scopeOf } from './bench';
import { output } from './symbol-path';

const HOUR_MS = 3_600_000;
const NAMES = SMALL_RUN.features.include;
const TRAIN: readonly RowRange[] = [
  [20, 600],
  [800, 1_100],
];
const RECIPE: SyntheticRecipe = {
  method: 'stationaryBootstrap',
  copies: 2,
  meanBlockBars: 48,
  seed: 5,
  timeframeMs: HOUR_MS,
  features: { higherTimeframeMultiple: 4 },
  horizons: [
    {
      horizonBars: 8,
      settings: { bars: 8, upAtr: 1.2, downAtr: 1.2, atrPeriod: 14, timeouts: 'class', tieRule: 'noSide' },
    },
  ],
};
const bars = generate({ ...SETTINGS, symbolCount: 1, bars: 1_300, timeframeMinutes: 60 }, 0);

const made = (of: BarColumns, recipe: SyntheticRecipe = RECIPE): readonly SyntheticRows[] =>
  unwrap(makeSyntheticRows(of, TRAIN, NAMES, recipe));

describe('synthetic rows', () => {
  it.each(AUGMENTATION_METHODS)('of %s know nothing of bars that are not trained on', (method) => {
    const isTrained = (row: number): boolean => TRAIN.some(([from, to]) => row >= from && row < to);
    const rubbish = {
      ...bars,
      ...Object.fromEntries(
        BAR_FIELDS.map((field) => [field, bars[field].map((value, row) => (isTrained(row) ? value : 9e9 + row))]),
      ),
    };
    const recipe = { ...RECIPE, method, copies: 1 };
    expect(made(rubbish, recipe)).toEqual(made(bars, recipe));
    const close = bars.close.map((price, row) => (isTrained(row) ? price * (1 + 0.001 * Math.sin(row)) : price));
    expect(made({ ...bars, close }, recipe)).not.toEqual(made(bars, recipe));
  });

  it('are one for every bar; each copy is another, warms up anew and ends with undecided labels', () => {
    const copies = made(bars);
    expect(copies).toHaveLength(2);
    expect(copies[0]).not.toEqual(copies[1]);
    for (const { bars: own, features, labels } of copies) {
      const { classIndex, t1Row, returnAtr } = labels['8']!;
      expect(own.time).toHaveLength(580 - 1 + 300 - 1);
      expect([features.rows, classIndex.length, t1Row.length, returnAtr.length]).toEqual(Array(4).fill(878));
      expect(features.data[0]).toBeNaN();
      expect(classIndex.at(-1)).toBe(NO_CLASS);
      expect(classIndex.filter((index) => index !== NO_CLASS).length).toBeGreaterThan(700);
    }
  });
});

describe('a fitted order of differentiation', () => {
  it('is laid over synthetic closes as over any others: by hand, with the weights of the fixed window', () => {
    const fracDiff = { order: 0.4, width: 10, referencePrice: 100 };
    const [copy] = unwrap(makeSyntheticRows(bars, TRAIN, ['fracDiffClose'], { ...RECIPE, copies: 1, fracDiff }));
    const weights = [1];
    for (let k = 1; k < fracDiff.width; k += 1) weights.push((-weights[k - 1]! * (fracDiff.order - k + 1)) / k);
    const logs = copy!.bars.close.map((price) => Math.log(price / fracDiff.referencePrice));
    for (const row of [9, 100, 500]) {
      const wanted = weights.reduce((sum, weight, k) => sum + weight * logs[row - k]!, 0);
      expect(copy!.features.data[row]).toBeCloseTo(wanted, 10);
    }
    expect(copy!.features.data[8]).toBeNaN();
  });
});

describe('weights of augmented rows', () => {
  it('have the mean 1 in every series by itself, and those of real rows stay what they were', async () => {
    const bench = openBench(await realEngines());
    const weights = { uniqueness: true, returnAttribution: false, timeDecay: 0.5 };
    const scope = await scopeOf(bench, { ...SMALL_RUN, labels: { ...SMALL_RUN.labels, weights } });
    const synthetic: readonly PlacedRows[] = made(bars).map((rows, i) => ({
      ...rows,
      from: 1_300 + 878 * i,
      to: 2_178 + 878 * i,
    }));
    const real = createSampleWeigher(weights, { t1Row: Int32Array.from(bars.time, (_, i) => i + 3), prices: null });
    const weigh = await augmentWeigher(real, synthetic, 8, { scope }, bench.context);
    const realRows = Int32Array.from({ length: 400 }, (_, i) => 20 + i);
    const settled = synthetic.map(({ from, labels }) =>
      Int32Array.from(labels['8']!.t1Row.keys(), (row) => row)
        .filter((row) => labels['8']!.t1Row[row]! >= 0)
        .map((row) => row + from),
    );
    const found = unwrap(weigh!(Int32Array.of(...realRows, ...settled[0]!, ...settled[1]!)));
    expect(found.subarray(0, 400)).toEqual(unwrap(real(realRows)));
    for (const part of [found.subarray(400, 400 + settled[0]!.length), found.subarray(400 + settled[0]!.length)]) {
      expect(part.reduce((sum, weight) => sum + weight, 0) / part.length).toBeCloseTo(1, 9);
    }
  });
});

describe('a fit with augmentation', () => {
  let bench: Bench;
  beforeAll(async () => (bench = openBench(await realEngines())));

  /** Everything up to the splits, and a fit of the given family on the first fold. */
  async function prepared(config: object, family: string): Promise<{ scope: SymbolScope; input: TrainInput }> {
    const scope = await scopeOf(bench, { ...SMALL_RUN, ...config });
    const { activities } = bench;
    const ingested = await asActivity(() => activities.ingest({ scope }));
    const raw = ingested.facts as Parameters<typeof activities.clean>[0]['raw'];
    const cleaned = await asActivity(() => activities.clean({ scope, rawBars: output(ingested, 'rawBars'), raw }));
    const given = output(cleaned, 'bars');
    const { timeframeMs } = raw;
    const featured = await asActivity(() => activities.features({ scope, bars: given, timeframeMs }));
    const labelled = await asActivity(() => activities.labels({ scope, bars: given }));
    const features = output(featured, 'features');
    const split = await asActivity(() => activities.splits({ scope, bars: given, labels: labelled.outputs, features }));
    const task = (split.facts.tasks as FitTask[]).find((one) => one.family === family)!;
    const folds = output(split, 'folds');
    const fitted = featured.outputs.fitted === undefined ? {} : { fitted: featured.outputs.fitted };
    const more = { labels: labelled.outputs, folds, ...fitted, bars: given, rungs: [], resumeFrom: null };
    return { scope, input: { scope, task, features, timeframeMs, ...more } };
  }

  it.each(['logistic', 'mlp'])(
    'learns from more rows and predicts the same ones (%s)',
    async (family) => {
      const nets = { lookback: 6, batchSize: 64, maxEpochs: 1 };
      const run = { models: { ...SMALL_RUN.models, mlp: { enabled: true, hidden: [4] } }, nets };
      const [plain, more] = [
        await prepared(run, family),
        await prepared({ ...run, augmentation: { kind: 'stationaryBootstrap', copies: 2 } }, family),
      ];
      const [before, after] = [
        await asActivity(() => bench.activities.train(plain.input)),
        await asActivity(() => bench.activities.train(more.input)),
      ];
      expect(after.key).not.toBe(before.key);
      expect(after.facts.predictedRows).toBe(before.facts.predictedRows);
      expect(Number(after.facts.trainRows)).toBeGreaterThan(2.5 * Number(before.facts.trainRows));
      expect(Number(after.facts.trainRows)).toBeLessThanOrEqual(3 * Number(before.facts.trainRows));
      expect(before.facts).not.toHaveProperty('syntheticRows');
      // Some rows of a synthetic series warm up, or have no class.
      const learnt = Number(after.facts.trainRows) - Number(before.facts.trainRows);
      expect(Number(after.facts.syntheticRows)).toBeGreaterThanOrEqual(learnt);
      expect(output(after, predictionsOutput(8)).sha256).not.toBe(output(before, predictionsOutput(8)).sha256);
      const { artifacts } = bench.store;
      const fit = fitSchema.parse(await artifacts.getJson(output(after, 'model'), ARTIFACT_KINDS.fit));
      expect(fit.trainRows).toBe(after.facts.trainRows);
    },
    120_000,
  );

  it('has another key for every part of its recipe, and none has anything of augmentation in it', async () => {
    const recipe = async (augmentation: object) => {
      const { input } = await prepared({ augmentation }, 'logistic');
      return recipeOf(input, bench.context);
    };
    expect(await recipe({ kind: 'none', copies: 3 })).not.toHaveProperty('augmentation');
    const base = { kind: 'movingBlock', copies: 1, meanBlockBars: 100 };
    const all = [base, { ...base, kind: 'timeWarp' }, { ...base, copies: 2 }, { ...base, meanBlockBars: 50 }];
    const found = [];
    for (const one of all) found.push(JSON.stringify((await recipe(one)).augmentation));
    expect(new Set(found).size).toBe(4);
  });

  it('is offered by names, and independent noise is not among them', () => {
    const resolved = resolveConfig({ augmentation: { kind: 'noise' } });
    const [fault] = resolved.ok ? [] : resolved.faults;
    expect(fault?.path).toBe('augmentation.kind');
    for (const kind of ['none', ...AUGMENTATION_METHODS]) {
      expect(fault?.message).toContain(`"${kind}"`);
      expect(resolveConfig({ augmentation: { kind } }).ok).toBe(true);
    }
  });

  it('is refused beside bars of other symbols, and not beside a fitted order of differentiation', () => {
    const features = { fracDiff: { enabled: true }, cross: ['XAG'] };
    const resolved = resolveConfig({ augmentation: { kind: 'arGarch' }, features });
    const messages = resolved.ok ? [] : resolved.faults.map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining('without bars of the symbols of features.cross')]);
    expect(resolveConfig({ features }).ok).toBe(true);
    expect(resolveConfig({ augmentation: { kind: 'arGarch' }, features: { fracDiff: { enabled: true } } }).ok).toBe(
      true,
    );
  });

  it('differences synthetic bars by the filter that was fitted, which stands in the key', async () => {
    const features = { include: [...NAMES, 'fracDiffClose'], fracDiff: { enabled: true, width: 40 } };
    const run = { features, augmentation: { kind: 'stationaryBootstrap', copies: 1 } };
    const { input } = await prepared(run, 'logistic');
    const { artifacts } = bench.store;
    const { augmentation } = await recipeOf(input, bench.context);
    const { fracDiff } = fittedFeaturesSchema.parse(
      await artifacts.getJson(input.fitted!, ARTIFACT_KINDS.fittedFeatures),
    );
    expect(augmentation?.recipe.fracDiff).toEqual(fracDiff);
    const trained = await asActivity(() => bench.activities.train(input));
    expect(Number(trained.facts.syntheticRows)).toBeGreaterThan(500);
    const other = { fracDiff: { ...fracDiff, order: fracDiff.order === 0.5 ? 0.6 : 0.5 } };
    const refitted = await artifacts.putJson(other, ARTIFACT_KINDS.fittedFeatures);
    const again = await asActivity(() => bench.activities.train({ ...input, fitted: refitted }));
    expect(again.key).not.toBe(trained.key);
  });

  it('adds to the training part and to no other', () => {
    const part: readonly RowRange[] = [[0, 10]];
    const fold = { id: 'f0', train: part, stopping: part, choosing: part, test: part, boundaries: {}, purged: {} };
    const placed = [{ from: 50, to: 60 }] as unknown as readonly PlacedRows[];
    const found = augmentFold(fold as unknown as Parameters<typeof augmentFold>[0], placed);
    expect(found).toEqual({ ...fold, train: [...part, [50, 60]] });
  });

  it('says what a run begun before it was there cannot have', async () => {
    const { input } = await prepared({ augmentation: { kind: 'movingBlock' } }, 'logistic');
    await expect(asActivity(() => bench.activities.train(omit(input, ['bars'])))).rejects.toThrow(
      'start the run again',
    );
  });
});
