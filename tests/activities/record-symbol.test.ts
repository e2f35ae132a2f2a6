import { recordSymbol } from '../../activities/record-symbol';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { calibratorsSchema } from '../../shared/contracts/model-artifacts';
import type { SymbolRecord } from '../../shared/contracts/run-record';
import type { StageOutcome } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Bench } from './bench';
import { SMALL_RUN, STORE_ID, failureOf, openBench, realEngines, scopeOf } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const FAILURE = { code: 'InvalidLabels', message: 'No label was decided', stage: 'labels' as const };

let bench: Bench;
let whole: readonly StageOutcome[];

beforeAll(async () => {
  bench = openBench(await realEngines());
  whole = await runSymbolPath(bench.activities, await scopeOf(bench, SMALL_RUN));
});

async function record(outcomes: readonly StageOutcome[], failure: typeof FAILURE | null = null) {
  const input = { runId: 'run-1', storeId: STORE_ID, symbol: 'GEN01', failure, outcomes: [...outcomes] };
  const recorded = await recordSymbol(input, { store: bench.store, storeId: STORE_ID });
  return { recorded, record: await symbolRecord(recorded.record) };
}

async function symbolRecord(ref: ArtifactRef): Promise<SymbolRecord> {
  return (await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.symbolRecord)) as SymbolRecord;
}

/** The same outcomes, with the choosing log loss of one family replaced. */
async function withChoosingLogLoss(part: string, logLoss: number): Promise<readonly StageOutcome[]> {
  const { artifacts } = bench.store;
  const calibrated = outcomeNamed(whole, 'calibrate', part);
  const ref = output(calibrated, 'calibrators');
  const { folds } = calibratorsSchema.parse(await artifacts.getJson(ref, ARTIFACT_KINDS.calibrators));
  const altered = folds.map((fold) => ({ ...fold, scores: { [fold.method]: { logLoss, brier: 0.5 } } }));
  const calibrators = await artifacts.putJson({ folds: altered }, ARTIFACT_KINDS.calibrators);
  return whole.map((outcome) =>
    outcome === calibrated ? { ...outcome, outputs: { ...outcome.outputs, calibrators } } : outcome,
  );
}

describe('the record of a symbol', () => {
  it('of a whole one has its bars, ledger, labels, folds and models', async () => {
    const { record: found } = await record(whole);
    expect(found).toMatchObject({ symbol: 'GEN01', status: 'done', failure: null });
    expect(found.bars).toBe(outcomeNamed(whole, 'clean').facts.bars);
    expect(found.ledger?.barsOut).toBe(found.bars);
    expect(found.stages).toHaveLength(whole.length);
    expect(found.labels.map(({ horizonBars }) => horizonBars)).toEqual([8]);
    const { down, timeout, up, ambiguous, unsettled, unusable } = found.labels[0]!.counts;
    expect(down + timeout + up + ambiguous + unsettled + unusable).toBe(found.bars);
    const { labels: labelled = [], mean = 0 } = { ...found.labels[0]!.uniqueness };
    expect(labelled.reduce((sum, count) => sum + count, 0)).toBe(down + timeout + up);
    // Labels of every bar that live for a few bars overlap by about as many.
    expect(mean * found.labels[0]!.meanBars).toBeGreaterThan(0.5);
    expect(mean * found.labels[0]!.meanBars).toBeLessThan(2);
    expect(found.folds.map(({ id }) => id)).toEqual(['f0']);
    const [fold] = found.folds;
    const counted = Object.values({ ...fold?.rows }).reduce((sum, rows) => sum + rows, 0);
    const purged = Object.values({ ...fold?.purged }).reduce((sum, rows) => sum + rows, 0);
    // The first bars have no ATR and so no label; they stand in no part.
    expect(counted + purged).toBe(found.bars - unusable);
    expect(found.models.map(({ family }) => family)).toEqual(['lightgbm', 'logistic', 'majority']);
  });

  it('names the bundle, calibrators and importances of each model', async () => {
    const { record: found } = await record(whole);
    for (const { family, horizonBars, bundle, calibrators, choosingLogLoss, evaluation } of found.models) {
      const part = `${family}-h${String(horizonBars)}`;
      expect(bundle).toEqual(output(outcomeNamed(whole, 'bundle', part), 'bundle'));
      expect(calibrators).toEqual(outcomeNamed(whole, 'calibrate', part).facts.methods);
      expect(choosingLogLoss).toBeGreaterThan(0);
      expect(evaluation.testRows).toBe(outcomeNamed(whole, 'evaluate', part).facts.testRows);
    }
    const shares = found.models.map(({ importances }) => importances.reduce((sum, { share }) => sum + share, 0));
    expect(shares[0]).toBeCloseTo(1, 12);
    expect(shares[2]).toBe(0);
    const boosted = found.models[0]!.importances;
    expect(boosted.map(({ feature }) => feature).sort()).toEqual([...SMALL_RUN.features.include].sort());
    expect(boosted.map(({ share }) => share)).toEqual([...boosted.map(({ share }) => share)].sort((a, b) => b - a));
  });

  it('tells what features contribute to LightGBM on test rows, and nothing of that for the rest', async () => {
    const { record: found } = await record(whole);
    const [boosted, ...others] = found.models;
    const told = boosted?.contributions;
    expect(told).toMatchObject({ folds: 1, rows: 256 });
    expect(told?.features.map(({ feature }) => feature).sort()).toEqual([...SMALL_RUN.features.include].sort());
    expect(told?.features[0]?.up.size).toBeGreaterThan(0);
    expect(others.map(({ contributions }) => contributions)).toEqual([undefined, undefined]);
    const old = whole.map((outcome) =>
      outcome.stage === 'train' ? { ...outcome, outputs: { model: outcome.outputs.model! } } : outcome,
    );
    expect((await record(old)).record.models[0]).not.toHaveProperty('contributions');
  });

  it('its best model is not the class shares, whatever their loss, where another was trained', async () => {
    const { recorded } = await record(await withChoosingLogLoss('majority-h8', 0.0001));
    expect(recorded.family).not.toBe('majority');
    const alone = whole.filter(({ stage, part }) => stage !== 'evaluate' || part === 'majority-h8');
    expect((await record(alone)).recorded.family).toBe('majority');
  });

  it.each(['logistic', 'lightgbm'])(
    'its best model is %s when that was the best on the choosing rows',
    async (family) => {
      const outcomes = await withChoosingLogLoss(`${family}-h8`, 0.0001);
      const { recorded, record: found } = await record(outcomes);
      const best = found.models.find((model) => model.family === family);
      expect(recorded).toMatchObject({
        family,
        sharpe: best?.evaluation.metrics.sharpe.value,
        brier: best?.evaluation.metrics.brier.value,
      });
    },
  );

  it('its best model is never one that was not calibrated', async () => {
    const uncalibrated = whole.filter(({ stage, part }) => stage !== 'calibrate' || part !== 'lightgbm-h8');
    const { recorded, record: found } = await record(uncalibrated);
    expect(found.models[0]).toMatchObject({ family: 'lightgbm', choosingLogLoss: null, calibrators: [] });
    expect(recorded.family).not.toBe('lightgbm');
  });

  it('of one that failed on the way has what there is', async () => {
    const before = whole.filter(({ stage }) => ['ingest', 'clean', 'features'].includes(stage));
    const { recorded, record: found } = await record(before, FAILURE);
    expect(found).toMatchObject({ status: 'failed', failure: FAILURE, labels: [], folds: [], models: [] });
    expect(found.bars).toBeGreaterThan(0);
    expect(found.stages.map(({ stage }) => stage)).toEqual(['ingest', 'clean', 'features']);
    expect(recorded).toMatchObject({ sharpe: null, brier: null, family: null });
  });

  it('of one that failed at once has nothing but its failure', async () => {
    const { record: found } = await record([], FAILURE);
    expect(found).toEqual({
      symbol: 'GEN01',
      status: 'failed',
      failure: FAILURE,
      bars: 0,
      ledger: null,
      stages: [],
      labels: [],
      folds: [],
      models: [],
    });
  });

  it('is the same bytes when it is made again', async () => {
    expect((await record(whole)).recorded).toEqual((await record(whole)).recorded);
  });

  it('is no work for a worker of another store', async () => {
    const input = { runId: 'run-1', storeId: 'another', symbol: 'GEN01', failure: null, outcomes: [] };
    const failure = await failureOf(recordSymbol(input, { store: bench.store, storeId: STORE_ID }));
    expect(failure).toMatchObject({ code: 'StoreUnavailable' });
  });
});
