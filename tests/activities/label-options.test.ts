import { readLabels } from '../../shared/tables/label-table';
import { LABEL_OUTCOMES } from '../../domain/core/labels';
import { labelMaterial } from '../../activities/support/label-material';
import { resolveConfig } from '../../shared/contracts/config/resolve';
import { DEFAULT_CONFIG } from '../../shared/contracts/config/defaults';
import type { StageOutcome } from '../../shared/contracts/stages';
import type { Bench } from './bench';
import { configOf, failureOf, openBench, realEngines, scopeOf, SMALL_RUN } from './bench';
import { predictionsFromColumns } from '../../shared/tables/prediction-table';
import { openTable } from '../../shared/tables/table-store';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { openPredictor } from '../../inference/predictor';
import { unwrap } from '../../activities/support/stage-fault';
import type { ModelEngines } from '../../inference/model-engines';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const RUN = SMALL_RUN;
const labelled = (labels: object) => ({ ...RUN, labels: { ...RUN.labels, ...labels } });

let engines: ModelEngines;
let bench: Bench;
let plain: readonly StageOutcome[];

beforeAll(async () => {
  engines = await realEngines();
  bench = openBench(engines);
  plain = await runSymbolPath(bench.activities, await scopeOf(bench, RUN));
}, 120_000);

const labelsOf = (outcomes: readonly StageOutcome[]) =>
  readLabels(bench.store.artifacts, output(outcomeNamed(outcomes, 'labels'), '8'));

describe('options of labels that are off', () => {
  it('stand in no key: labels made before there were any are found again', () => {
    const { horizons, atrPeriod, timeouts } = DEFAULT_CONFIG.labels;
    expect(labelMaterial(DEFAULT_CONFIG.labels)).toEqual({ horizons, atrPeriod, timeouts });
  });
});

describe('the least return that a barrier must offer, through all stages', () => {
  it('leaves the bars that offer less without a label, and never trades them', async () => {
    const without = await labelsOf(plain);
    const median = Float64Array.from(without.atr.filter((atr) => atr > 0)).sort()[700]!;
    // About half of the bars: 1.2 times the median ATR, as a share of a price near 100.
    const minReturnBps = (12_000 * median) / without.entry[700]!;
    const outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, labelled({ minReturnBps })));
    const labels = await labelsOf(outcomes);
    const left = labels.outcome.filter((outcome) => outcome === LABEL_OUTCOMES.unusable).length;
    expect(left).toBeGreaterThan(200);
    expect(left).toBeLessThan(1_300);
    for (const [row, outcome] of labels.outcome.entries()) {
      if (outcome === LABEL_OUTCOMES.unusable) expect(labels.entry[row]).toBeNaN();
      else expect(outcome).toBe(without.outcome[row]);
    }
    const fit = (of: readonly StageOutcome[]) => outcomeNamed(of, 'train', 'logistic-h8-f0').facts.trainRows as number;
    expect(fit(outcomes)).toBeLessThan(fit(plain));
  }, 120_000);

  it('is refused where it leaves no label at all, and says why', async () => {
    const scope = await scopeOf(bench, labelled({ minReturnBps: 10_000 }));
    const failure = await failureOf(runSymbolPath(bench.activities, scope));
    expect(failure.message).toMatch(
      /No label of the 8-bar horizon was decided.*within minReturnBps, 10000 basis points/,
    );
  });
});

describe('returns for the target of families of rows, through all stages', () => {
  const { models } = SMALL_RUN;
  const target = 'return';
  const RETURNS = {
    ...RUN,
    labels: { ...RUN.labels, timeouts: 'drop' },
    models: { ...models, logistic: { ...models.logistic, target }, lightgbm: { ...models.lightgbm, target } },
  };

  it('a time-out that has no class is learnt from; other fits are found again', async () => {
    const dropped = await runSymbolPath(bench.activities, await scopeOf(bench, labelled({ timeouts: 'drop' })));
    const outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, RETURNS));
    const hits = outcomes.filter(({ cacheHit }) => cacheHit).map(({ stage, part }) => `${stage} ${part}`.trim());
    expect(hits).toEqual(expect.arrayContaining(['labels', 'splits', 'train majority-h8-f0']));
    const { classIndex, returnAtr } = await labelsOf(outcomes);
    expect(classIndex.some((label, row) => label === -1 && Number.isFinite(returnAtr[row]))).toBe(true);
    for (const part of ['logistic-h8-f0', 'lightgbm-h8-f0']) {
      const rowsOf = (of: readonly StageOutcome[]) => outcomeNamed(of, 'train', part).facts.trainRows as number;
      expect(hits).not.toContain(`train ${part}`);
      expect(rowsOf(outcomes)).toBeGreaterThan(rowsOf(dropped));
    }
  }, 120_000);

  it('the bundle predicts what its fold predicted, bit for bit', async () => {
    const { artifacts } = bench.store;
    const outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, RETURNS));
    for (const family of ['logistic', 'lightgbm']) {
      const bundle = output(outcomeNamed(outcomes, 'bundle', `${family}-h8`), 'bundle');
      const predictor = unwrap(await openPredictor(artifacts, bundle, engines));
      const series = unwrap(await bench.context.source(configOf(RETURNS)).open('GEN01'));
      const predicted = unwrap(await predictor.predict(series));
      predictor.dispose();
      const table = await openTable(
        artifacts,
        output(outcomeNamed(outcomes, 'calibrate', `${family}-h8`), 'predictions'),
        ARTIFACT_KINDS.predictions,
      );
      const { row, probabilities } = predictionsFromColumns(await table.columns());
      for (const [i, at] of row.entries()) {
        expect([...predicted.probabilities.data.subarray(at * 3, at * 3 + 3)]).toEqual([
          ...probabilities.data.subarray(i * 3, i * 3 + 3),
        ]);
      }
    }
  }, 120_000);
});

describe('trend scanning, through all stages', () => {
  const trend = { kind: 'trendScanning', trend: { leastBars: 3, leastT: 3 } };

  it('labels every bar by its trend and holds positions to the horizon; synthetic rows too', async () => {
    const augmentation = { kind: 'stationaryBootstrap', copies: 1, meanBlockBars: 100 };
    const outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, { ...labelled(trend), augmentation }));
    const labels = await labelsOf(outcomes);
    const settled = [...labels.t1Row.keys()].filter((row) => labels.t1Row[row]! >= 0);
    expect(settled.length).toBeGreaterThan(1_000);
    for (const row of settled) expect(labels.t1Row[row]).toBe(row + 8);
    for (const outcome of [-1, 0, 1])
      expect(labels.outcome.filter((one) => one === outcome).length).toBeGreaterThan(50);
    const { trainRows } = outcomeNamed(outcomes, 'train', 'lightgbm-h8-f0').facts;
    expect(trainRows).toBeGreaterThan(1_200);
    expect(outcomeNamed(outcomes, 'evaluate', 'lightgbm-h8').facts.trades).toBeGreaterThan(0);
  }, 120_000);

  it.each([
    [
      { ...trend, trend: { leastBars: 9, leastT: 2 } },
      'labels.trend.leastBars',
      /9 is longer than the horizon of 8 bars/,
    ],
    [{ ...trend, search: { enabled: true } }, 'labels.search.enabled', /has no barriers to search for/],
    [{ ...trend, minReturnBps: 3 }, 'labels.minReturnBps', /has no barriers that could offer too little/],
  ])('%j is refused at %s', (labels, path, message) => {
    const resolved = resolveConfig(labelled(labels));
    const faults = resolved.ok ? [] : resolved.faults;
    expect(faults).toEqual([{ path, message: expect.stringMatching(message) as string }]);
  });
});
