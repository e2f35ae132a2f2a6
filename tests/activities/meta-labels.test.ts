import { unwrap } from '../../activities/support/stage-fault';
import { recordSymbol } from '../../activities/record-symbol';
import { primarySides } from '../../domain/labels/meta-labels';
import { openPredictor } from '../../inference/predictor';
import type { ModelEngines } from '../../inference/model-engines';
import { compareModels } from '../../inference/compare-models';
import { gateSettingsSchema } from '../../shared/contracts/gate-settings';
import { bundleSchema } from '../../shared/contracts/bundle';
import type { SymbolRecord } from '../../shared/contracts/run-record';
import type { StageOutcome } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { readLabels, readSides } from '../../shared/tables/label-table';
import { pathPredictionsFromColumns } from '../../shared/tables/prediction-table';
import { float64Column, openTable } from '../../shared/tables/table-store';
import { prepareRun } from '../../activities/prepare-run';
import type { Bench } from './bench';
import { asActivity, configOf, failureOf, openBench, realEngines, scopeOf, SMALL_RUN, STORE_ID } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const META = { feature: 'rsi14', centre: 50, band: 3, side: 'against' as const };
const metaRun = (meta: object | null, more: object = {}) => ({
  ...SMALL_RUN,
  labels: { ...SMALL_RUN.labels, timeouts: 'sign', meta },
  ...more,
});

let engines: ModelEngines;
let bench: Bench;
let plain: readonly StageOutcome[];
let outcomes: readonly StageOutcome[];

beforeAll(async () => {
  engines = await realEngines();
  bench = openBench(engines);
  plain = await runSymbolPath(bench.activities, await scopeOf(bench, metaRun(null)));
  outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, metaRun(META)));
}, 120_000);

const labelsRef = (of: readonly StageOutcome[]) => output(outcomeNamed(of, 'labels'), '8');

describe('meta-labels through all stages', () => {
  it('labels, row by row, are those of the side that the feature takes', async () => {
    const { artifacts } = bench.store;
    const table = await openTable(
      artifacts,
      output(outcomeNamed(outcomes, 'features'), 'features'),
      ARTIFACT_KINDS.features,
    );
    const sides = primarySides(float64Column(await table.columns(['rsi14']), 'rsi14'), META);
    expect(await readSides(artifacts, labelsRef(outcomes))).toEqual(sides);
    expect(await readSides(artifacts, labelsRef(plain))).toBeNull();
    const [meta, seen] = [
      await readLabels(artifacts, labelsRef(outcomes)),
      await readLabels(artifacts, labelsRef(plain)),
    ];
    let judged = 0;
    for (const [row, side] of sides.entries()) {
      const expected =
        seen.classIndex[row]! < 0
          ? null
          : side === 0
            ? -1
            : side === 1
              ? seen.classIndex[row]!
              : 2 - seen.classIndex[row]!;
      if (expected !== null) expect(meta.classIndex[row]).toBe(expected);
      judged += Number(meta.classIndex[row]! >= 0);
    }
    expect(judged).toBeGreaterThan(500);
    expect(sides.filter((side) => side === 0).length).toBeGreaterThan(100);
  });

  it('another rule, and it alone, makes other labels', async () => {
    const again = await runSymbolPath(bench.activities, await scopeOf(bench, metaRun({ ...META })));
    expect(again.every(({ cacheHit }) => cacheHit)).toBe(true);
    const turned = await runSymbolPath(bench.activities, await scopeOf(bench, metaRun({ ...META, side: 'with' })));
    const hits = turned.filter(({ cacheHit }) => cacheHit).map(({ stage }) => stage);
    expect(hits).toEqual(['ingest', 'clean', 'features']);
  }, 60_000);

  it('the record tells the rule and what it earns alone, and a model never trades more rows than it', async () => {
    const { record } = await asActivity(() =>
      recordSymbol(
        { runId: 'run-1', symbol: 'GEN01', storeId: STORE_ID, outcomes: [...outcomes], failure: null },
        {
          store: bench.store,
          storeId: STORE_ID,
        },
      ),
    );
    const symbol = (await bench.store.artifacts.getJson(record, ARTIFACT_KINDS.symbolRecord)) as SymbolRecord;
    expect(symbol.primary).toEqual(META);
    for (const { evaluation } of symbol.models) {
      expect(evaluation.primary!.trades).toBeGreaterThan(5);
      expect(Number.isFinite(evaluation.primary!.sharpe)).toBe(true);
    }
    const [majority] = symbol.models.filter(({ family }) => family === 'majority');
    // The class shares say the same of every side: all are taken, or none.
    expect([0, majority!.evaluation.primary!.trades]).toContain(majority!.evaluation.trades);
  });

  it.each(['logistic', 'lightgbm'])(
    'the bundle of %s tells the side, and whether it is right, as the run did',
    async (family) => {
      const { artifacts } = bench.store;
      const ref = output(outcomeNamed(outcomes, 'bundle', `${family}-h8`), 'bundle');
      const bundle = bundleSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
      expect(bundle.classes).toEqual(['wrong', 'timeout', 'right']);
      expect(bundle.recipe.primary).toEqual(META);
      const predictor = unwrap(await openPredictor(artifacts, ref, engines));
      const { sides, probabilities } = unwrap(
        await predictor.predict(unwrap(await bench.context.source(configOf(metaRun(META))).open('GEN01'))),
      );
      predictor.dispose();
      expect(sides).toEqual(await readSides(artifacts, labelsRef(outcomes)));
      const predicted = output(outcomeNamed(outcomes, 'calibrate', `${family}-h8`), 'predictions');
      const table = await openTable(artifacts, predicted, ARTIFACT_KINDS.predictions);
      const { row, probabilities: judged } = pathPredictionsFromColumns(await table.columns());
      for (const [i, at] of row.entries()) {
        expect([...probabilities.data.subarray(at * 3, at * 3 + 3)]).toEqual([
          ...judged.data.subarray(i * 3, i * 3 + 3),
        ]);
      }
    },
  );

  it('a side is told though the model was not given its feature', async () => {
    const { artifacts } = bench.store;
    const ref = output(outcomeNamed(outcomes, 'bundle', 'majority-h8'), 'bundle');
    const bundle = bundleSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
    const features = { ...bundle.recipe.features, names: ['volumeRatio20'] };
    const other = await artifacts.putJson({ ...bundle, recipe: { ...bundle.recipe, features } }, ARTIFACT_KINDS.bundle);
    const predictor = unwrap(await openPredictor(artifacts, other, engines));
    const series = unwrap(await bench.context.source(configOf(metaRun(META))).open('GEN01'));
    expect(unwrap(await predictor.predict(series)).sides).toEqual(await readSides(artifacts, labelsRef(outcomes)));
    predictor.dispose();
  });
});

describe('models that were asked different things', () => {
  const contestant = (of: readonly StageOutcome[], version: number) => ({
    version,
    family: 'logistic' as const,
    bundle: output(outcomeNamed(of, 'bundle', 'logistic-h8'), 'bundle'),
    trainedUntilMs: 0,
  });
  const judged = async (champion: readonly StageOutcome[]) =>
    unwrap(
      await compareModels(
        {
          champion: contestant(champion, 1),
          challenger: contestant(outcomes, 2),
          gate: gateSettingsSchema.parse({ minRows: 10 }),
        },
        { artifacts: bench.store.artifacts, engines },
      ),
    );

  it('are not compared: one tells where the price goes, the other whether a side is right', async () => {
    const { passed, checks } = await judged(plain);
    expect(passed).toBe(false);
    expect(checks[0]!.sentence).toMatch(
      /the champion was asked where the price goes, the challenger whether the side of .*rsi14.* is right/,
    );
  });

  it.each([
    [
      { kind: 'trendScanning' },
      /the champion was asked which way the steadiest trend goes, the challenger where the price goes/,
    ],
    [{ timeouts: 'class' }, /time-outs follow the rule 'class' in the labels of the champion, 'sign' in those of the/],
  ])('nor are those that learnt %j beside barriers and their signs', async (changed, sentence) => {
    const { artifacts } = bench.store;
    const challenger = contestant(plain, 2);
    const bundle = bundleSchema.parse(await artifacts.getJson(challenger.bundle, ARTIFACT_KINDS.bundle));
    const config = bundle.manifest.config as { readonly labels: object };
    const manifest = { ...bundle.manifest, config: { ...config, labels: { ...config.labels, ...changed } } };
    const other = await artifacts.putJson({ ...bundle, manifest }, ARTIFACT_KINDS.bundle);
    const gate = gateSettingsSchema.parse({ minRows: 10 });
    const task = { champion: { ...contestant(plain, 1), bundle: other }, challenger, gate };
    const { passed, rows, checks } = unwrap(await compareModels(task, { artifacts, engines }));
    expect({ passed, rows }).toEqual({ passed: false, rows: 0 });
    expect(checks[0]!.sentence).toMatch(sentence);
  });

  it('those of one rule are', async () => {
    const { rows, checks } = await judged(outcomes);
    expect(rows).toBeGreaterThan(50);
    expect(checks.map(({ name }) => name)).not.toContain('comparable');
  });
});

describe('meta-labels that cannot be', () => {
  const prepare = (input: unknown) =>
    failureOf(
      asActivity(() =>
        prepareRun(
          { runId: 'run-1', input, startedAtMs: 0, storeId: null },
          { store: bench.store, storeId: STORE_ID, source: bench.context.source },
        ),
      ),
    );

  it('a feature that is not computed, with the nearest that is', async () => {
    const failure = await prepare(metaRun({ ...META, feature: 'rsi41' }));
    expect(failure.message).toMatch(
      /labels\.meta\.feature.*'rsi41' is not among the 4 features that are computed; did you mean 'rsi14'\?/,
    );
    const own = await prepare(metaRun(null, { perSymbol: { GEN01: { labels: { meta: { feature: 'adx14' } } } } }));
    expect(own.message).toMatch(/perSymbol\.GEN01\.labels\.meta\.feature.*'adx14' is not among/);
  });

  it('a side that is never taken', async () => {
    const failure = await failureOf(
      runSymbolPath(bench.activities, await scopeOf(bench, metaRun({ ...META, band: 60 }))),
    );
    expect(failure.message).toMatch(/takes no side at any bar: rsi14 never leaves 50 ± 60; narrow the band/);
  });

  it('synthetic bars, which have no side', async () => {
    const failure = await prepare(metaRun(META, { augmentation: { kind: 'stationaryBootstrap' } }));
    expect(failure.message).toMatch(/without the side that labels\.meta takes; leave that out, or take 'none'/);
  });

  it('labels of a run that was begun before, without the features', async () => {
    const scope = await scopeOf(bench, metaRun(META));
    const bars = output(outcomeNamed(outcomes, 'clean'), 'bars');
    const failure = await failureOf(asActivity(() => bench.activities.labels({ scope, bars })));
    expect(failure.message).toMatch(/labels\.meta needs the features.*start the run again/);
  });
});
