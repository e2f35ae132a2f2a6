import { recordSymbol } from '../../activities/record-symbol';
import { studyName } from '../../activities/support/overfitting';
import { resolveConfig } from '../../shared/contracts/config/resolve';
import type { OverfittingRecord, SymbolRecord } from '../../shared/contracts/run-record';
import type { StageOutcome, SymbolScope } from '../../shared/contracts/stages';
import { dailyReturnsSchema } from '../../shared/contracts/trials';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { createTrialLedger } from '../../shared/store/trial-ledger';
import { entryKey } from '../../shared/store/trial-keys';
import type { Bench } from './bench';
import { SMALL_RUN as SMALL_BARS, STORE_ID, openBench, realEngines, scopeOf } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const SYMBOL = 'GEN01';
/** Longer bars make enough test days for PBO. */
const SMALL_RUN = { ...SMALL_BARS, source: { ...SMALL_BARS.source, timeframeMinutes: 240 } };

let bench: Bench;
let scope: SymbolScope;
let whole: readonly StageOutcome[];

beforeEach(async () => {
  bench = openBench(await realEngines());
  scope = await scopeOf(bench, SMALL_RUN);
  whole = await runSymbolPath(bench.activities, scope);
});

async function recorded(outcomes: readonly StageOutcome[], config = scope.config): Promise<SymbolRecord> {
  const { record } = await recordSymbol(
    { runId: 'run-1', storeId: STORE_ID, symbol: SYMBOL, failure: null, outcomes: [...outcomes], config },
    { store: bench.store, storeId: STORE_ID },
  );
  return (await bench.store.artifacts.getJson(record, ARTIFACT_KINDS.symbolRecord)) as SymbolRecord;
}

async function overfitting(outcomes = whole, config = scope.config): Promise<OverfittingRecord> {
  const found = (await recorded(outcomes, config)).overfitting;
  if (found === undefined) throw new Error('the record says nothing of overfitting');
  return found;
}

describe('what a record says of overfitting', () => {
  it('each model is a trial, and each stands against the luck of all', async () => {
    const found = await overfitting();
    expect(found).toMatchObject({ broken: null, trials: 3, head: { length: 3 } });
    expect(found.study).toMatch(/^source-[0-9a-f]{12}$/);
    expect(found.models.map(({ family }) => family)).toEqual(['lightgbm', 'logistic', 'majority']);
    for (const { psr, dsr, days, sharpePerDay } of found.models) {
      expect(days).toBeGreaterThan(10);
      expect(Number.isFinite(sharpePerDay)).toBe(true);
      expect(psr).toBeGreaterThanOrEqual(dsr ?? NaN);
    }
    expect(found.expectedMaximum).toBeGreaterThan(0);
    expect(found.pbo?.trials).toBe(3);
    const combinations = found.pbo?.logits.reduce((sum, [, count]) => sum + count, 0);
    expect(combinations).toBeGreaterThan(0);
  });

  it('the daily returns are those of the backtest: their sum is what its capital came to', async () => {
    const evaluated = outcomeNamed(whole, 'evaluate', 'logistic-h8');
    const { dates, returns } = dailyReturnsSchema.parse(
      await bench.store.artifacts.getJson(output(evaluated, 'returns'), ARTIFACT_KINDS.dailyReturns),
    );
    const { models } = await recorded(whole);
    const { equity } = models.find(({ family }) => family === 'logistic')!.evaluation;
    expect([...dates]).toEqual([...new Set(dates)].sort());
    expect(Math.exp(returns.reduce((sum, value) => sum + value, 0))).toBeCloseTo(equity.at(-1)?.equity ?? NaN, 9);
  });

  it('beside them stand the results by regime, of rows that are all there', async () => {
    const { models } = await recorded(whole);
    for (const { evaluation } of models) {
      const { regimes = [], testRows } = evaluation;
      expect(regimes.length).toBeGreaterThanOrEqual(2);
      expect(regimes.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(testRows);
      for (const { regime, rows, logLoss, days, sharpe, calibration } of regimes) {
        expect(regime).toMatch(/^(calm|wild)-(down|flat|up)$/);
        expect(logLoss.value).toBeGreaterThan(0);
        expect(days).toBeGreaterThan(0);
        expect(sharpe === null || Number.isFinite(sharpe?.value)).toBe(true);
        expect(calibration?.confidence.reduce((sum, { count }) => sum + count, 0)).toBe(rows);
      }
    }
  });

  it('a rerun does not count twice, another configuration does, also in another run', async () => {
    const first = await overfitting();
    expect(await overfitting()).toEqual(first);
    const other = await scopeOf(bench, { ...SMALL_RUN, backtest: { costBps: 2 } });
    const again = await overfitting(await runSymbolPath(bench.activities, other), other.config);
    expect(again).toMatchObject({ study: first.study, trials: 6, head: { length: 6 } });
    expect(again.models[0]?.dsr).not.toBe(first.models[0]?.dsr);
  });

  it('the same configuration on newer bars is entered and not counted again', async () => {
    const before = await overfitting();
    const moved = whole.map((outcome) =>
      outcome.stage === 'evaluate'
        ? { ...outcome, key: outcome.key.replace(/^./, (c) => (c === 'a' ? 'b' : 'a')) }
        : outcome,
    );
    expect(await overfitting(moved)).toMatchObject({ trials: before.trials, head: { length: 6 } });
  });

  it('a named study is one ledger, whatever the source; without a name each source has its own', () => {
    const of = (given: object) => {
      const resolved = resolveConfig({ ...SMALL_RUN, ...given });
      if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
      return studyName(resolved.config);
    };
    expect(of({ study: 'metals' })).toBe('metals');
    expect(of({})).toBe(of({ seed: 5 }));
    expect(of({})).not.toBe(of({ source: { kind: 'generated', seed: 99 } }));
  });

  it('a ledger that was edited is said in one sentence; the models stand and no DSR is told', async () => {
    const { study } = await overfitting();
    const key = entryKey(study, SYMBOL, 2);
    const text = Buffer.from((await bench.store.objects.get(key)) ?? '').toString('utf8');
    await bench.store.objects.put(key, Buffer.from(text.replace('"days":', '"days":9')), { ifAbsent: false });
    const record = await recorded(whole);
    expect(record.status).toBe('done');
    expect(record.models).toHaveLength(3);
    expect(record.overfitting).toMatchObject({ study, head: null, pbo: null, models: [] });
    expect(record.overfitting?.broken).toMatch(
      /^the trial ledger studies\/source-\w+\/GEN01 is broken: entry 2 is not/,
    );
    await bench.store.objects.put(key, Buffer.from(text), { ifAbsent: false });
    expect((await overfitting()).broken).toBeNull();
  });

  it('returns of an old trial that are gone leave it in the count and out of PBO', async () => {
    const { study } = await overfitting();
    const { entries } = await createTrialLedger(bench.store.objects).read(study, SYMBOL);
    const other = await scopeOf(bench, { ...SMALL_RUN, backtest: { costBps: 2 } });
    const next = await runSymbolPath(bench.activities, other);
    await bench.store.objects.remove(entries[0]?.trial.returns.uri ?? '');
    expect(await overfitting(next, other.config)).toMatchObject({ trials: 6, pbo: { trials: 5 } });
  });

  it('without a configuration, and where nothing was evaluated, nothing is said', async () => {
    const before = whole.filter(({ stage }) => stage !== 'evaluate');
    expect((await recorded(before)).overfitting).toBeUndefined();
    expect(await bench.store.objects.list('studies/')).toEqual([]);
  });
});
