import { METRIC_NAMES } from '../../domain/core/metric';
import type { Evaluation } from '../../domain/core/evaluation';
import { expandRanges } from '../../domain/core/rows';
import { bundleSchema } from '../../shared/contracts/bundle';
import { foldsSchema } from '../../shared/contracts/folds';
import type { StageOutcome } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { pathPredictionsFromColumns, predictionsByPath } from '../../shared/tables/prediction-table';
import { openTable } from '../../shared/tables/table-store';
import { asActivity, failureOf, openBench, realEngines, scopeOf, SMALL_RUN } from './bench';
import type { Bench } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const LOOKBACK = 6;
/** Four groups behind a prologue, two of them tested: six folds, three paths. Rows, and a small net. */
const CPCV_RUN = {
  ...SMALL_RUN,
  splits: { scheme: 'cpcv', groups: { count: 4, testGroups: 2 }, minPartRows: 20 },
  models: {
    ...{ majority: { enabled: false }, lightgbm: { enabled: false }, logistic: { maxIterations: 20 } },
    mlp: { enabled: true, hidden: [4] },
  },
  nets: { lookback: LOOKBACK, batchSize: 64, maxEpochs: 1, patience: 1 },
};

let bench: Bench;
let outcomes: readonly StageOutcome[];

beforeAll(async () => {
  bench = openBench(await realEngines());
  outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, CPCV_RUN));
}, 180_000);

async function foldsOf() {
  const ref = output(outcomeNamed(outcomes, 'splits'), 'folds');
  return foldsSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.folds))['8'] ?? [];
}

async function pathsOf(part: string) {
  const ref = output(outcomeNamed(outcomes, 'calibrate', part), 'predictions');
  const columns = await (await openTable(bench.store.artifacts, ref, ARTIFACT_KINDS.predictions)).columns();
  return predictionsByPath(pathPredictionsFromColumns(columns));
}

describe.each(['logistic', 'mlp'])('CPCV through all stages with %s', (family) => {
  it('fits every fold once', () => {
    const parts = outcomes.filter(({ stage }) => stage === 'train').map(({ part }) => part);
    const own = parts.filter((part) => part.startsWith(family));
    expect(own).toEqual([0, 1, 2, 3, 4, 5].map((f) => `${family}-h8-f${f}`));
  });

  it('puts the forecasts together into three paths, each of which holds every row behind the prologue once', async () => {
    const paths = await pathsOf(`${family}-h8`);
    const tested = [...new Set((await foldsOf()).flatMap(({ test }) => [...expandRanges(test)]))].sort((a, b) => a - b);
    expect(tested[0]).toBe(300);
    expect(paths).toHaveLength(3);
    for (const { row } of paths) expect([...row]).toEqual(tested);
    const probabilities = paths.map(({ probabilities: { data } }) => data.slice(0, 600).join());
    // Group 0 is forecast by another fold on every path.
    expect(new Set(probabilities).size).toBe(3);
  });

  it('judges every path, with the mean and an interval over them, and a fan of capital', async () => {
    const ref = output(outcomeNamed(outcomes, 'evaluate', `${family}-h8`), 'evaluation');
    const evaluation = (await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.evaluation)) as Evaluation;
    const { paths = [], equityPaths = [], metrics } = evaluation;
    expect(paths).toHaveLength(3);
    expect(equityPaths).toHaveLength(3);
    for (const name of METRIC_NAMES) {
      const mean = paths.reduce((sum, path) => sum + (path[name] ?? NaN), 0) / paths.length;
      expect(metrics[name].value).toBeCloseTo(mean, 12);
    }
    expect(metrics.logLoss.low).toBeLessThan(metrics.logLoss.high ?? NaN);
    expect(evaluation.testRows).toBe(1_200);
  });

  it('bundles the fold that has trained furthest, the last of equals', async () => {
    const ref = output(outcomeNamed(outcomes, 'bundle', `${family}-h8`), 'bundle');
    const { manifest } = bundleSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
    // Folds {0,1} {0,2} {0,3} {1,2} {1,3} {2,3} validate on 2, 1, 1, 3, 2, 0: group 3 trains in the first two.
    expect((await foldsOf()).map(({ testGroups }) => testGroups)).toEqual([[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]); // prettier-ignore
    expect(manifest.foldId).toBe('f1');
  });
});

describe('windows of a net on a fold with several stretches', () => {
  it('never cross the border of a group: the first rows of each have no forecast, the others have', async () => {
    const folds = await foldsOf();
    for (const { id, test } of folds) {
      const ref = output(outcomeNamed(outcomes, 'train', `mlp-h8-${id}`), 'predictions-h8');
      const columns = await (await openTable(bench.store.artifacts, ref, ARTIFACT_KINDS.foldPredictions)).columns();
      const { row, part, probabilities } = pathPredictionsFromColumns(columns);
      const known = new Set(row.filter((_, i) => part[i] === 3 && Number.isFinite(probabilities.data[i * 3])));
      for (const [from, to] of test) {
        for (let r = from; r < from + LOOKBACK - 1; r += 1) expect(known.has(r)).toBe(false);
        expect(known.has(from + LOOKBACK - 1)).toBe(from > 50);
        expect(known.has(to - 1)).toBe(true);
      }
    }
  });
});

describe('an embargo by autocorrelation', () => {
  const splitBy = async (splits: object) => {
    const scope = await scopeOf(bench, { ...CPCV_RUN, splits: { ...CPCV_RUN.splits, ...splits } });
    const [ingest, clean, features, labels] = ['ingest', 'clean', 'features', 'labels'].map((stage) =>
      outcomeNamed(outcomes, stage),
    );
    if (!ingest || !clean || !features || !labels) throw new Error('no outcomes');
    return asActivity(() =>
      bench.activities.splits({
        scope,
        bars: output(clean, 'bars'),
        labels: labels.outputs,
        features: output(features, 'features'),
      }),
    );
  };

  it('is measured on the prologue, named in the facts, and never shorter than the configured one', async () => {
    const { facts } = await splitBy({ embargo: 'autocorrelation', embargoDays: 0 });
    const embargo = facts.embargo as { days: number; by: string; measured: { days: number; features: number } };
    expect(embargo).toMatchObject({ by: 'autocorrelation', measured: { days: embargo.days, features: 4 } });
    expect(embargo.days).toBeGreaterThan(0);
    const same = await splitBy({ embargo: 'autocorrelation', embargoDays: embargo.days });
    expect(same.facts.embargo).toMatchObject({
      days: embargo.days,
      by: 'configured',
      measured: { days: embargo.days },
    });
    expect(outcomeNamed(outcomes, 'splits').facts.embargo).toEqual({ days: 1, by: 'configured', measured: null });
  });
});

describe('what CPCV cannot be', () => {
  it('says so in one sentence, before anything is fitted', async () => {
    const many = { ...CPCV_RUN.splits, groups: { count: 13, testGroups: 6 }, minPartRows: 6 };
    const refused = await failureOf(
      scopeOf(bench, { ...CPCV_RUN, splits: many }).then((scope) => runSymbolPath(bench.activities, scope)),
    );
    expect(refused).toMatchObject({ type: 'InvalidSplits', nonRetryable: true });
    expect(refused.message).toMatch(/ask for 3432 fits of one symbol; at most 2000 .* fewer groups in splits\.groups/);
  });
});
