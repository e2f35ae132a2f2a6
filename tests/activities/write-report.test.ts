import { writeReport } from '../../activities/write-report';
import type { RunPlan, RunSummary, SymbolResult, WriteReportInput } from '../../shared/contracts/run';
import type { RunRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Store } from '../../shared/store/open-store';
import { openStore } from '../../shared/store/open-store';
import { readRunRecord } from '../../shared/store/run-files';
import { createMemoryObjectStore } from '../support/memory-object-store';
import { fakeRunRecord } from '../support/run-record';
import { STORE_ID, configOf, failureOf } from './bench';

const START_MS = Date.UTC(2026, 0, 5, 4);
const FAILURE = { code: 'InvalidBars', message: 'too few bars', stage: 'clean' as const };

let store: Store;

beforeEach(() => {
  store = openStore(createMemoryObjectStore(), () => undefined);
});
afterEach(() => jest.restoreAllMocks());

async function planOf(successQuorum: number, seed = 7): Promise<RunPlan> {
  return {
    config: await store.artifacts.putJson(configOf({ seed }), ARTIFACT_KINDS.config),
    storeId: STORE_ID,
    asOfMs: START_MS,
    symbols: ['A'],
    maxParallelSymbols: 1,
    successQuorum,
    limits: { heartbeatMs: 10_000, stageMs: 21_600_000 },
    from: null,
    until: null,
  };
}

/** A symbol that is done, with one stage computed and one from the store. */
async function done(symbol: string): Promise<SymbolResult> {
  const stage = { part: '', key: 'ab', seconds: 1 };
  const record: SymbolRecord = {
    ...fakeRunRecord({ symbols: 1 }).symbols[0]!,
    symbol,
    stages: [
      { ...stage, stage: 'ingest', cacheHit: true },
      { ...stage, stage: 'clean', cacheHit: false },
    ],
  };
  const ref = await store.artifacts.putJson(record, ARTIFACT_KINDS.symbolRecord);
  return { symbol, status: 'done', failure: null, record: ref, cacheHits: 1 };
}

const failed = (symbol: string): SymbolResult => ({
  symbol,
  status: 'failed',
  failure: FAILURE,
  record: null,
  cacheHits: 0,
});

/** Writes the report of a run that took so many seconds. */
async function write(
  results: readonly SymbolResult[],
  given: { quorum?: number; runId?: string; startedAtMs?: number; seconds?: number; seed?: number } = {},
): Promise<{ summary: RunSummary; record: RunRecord; drawn: readonly RunRecord[] }> {
  const { quorum = 0.5, runId = 'run-1', startedAtMs = START_MS, seconds = 10, seed = 7 } = given;
  jest.spyOn(Date, 'now').mockReturnValue(startedAtMs + seconds * 1000);
  const drawn: RunRecord[] = [];
  const input: WriteReportInput = { runId, plan: await planOf(quorum, seed), startedAtMs, results: [...results] };
  const summary = await writeReport(input, {
    store,
    storeId: STORE_ID,
    environment: { node: 'v20' },
    renderReport: (record) => {
      drawn.push(record);
      return Promise.resolve(`<p>${record.runId} ${record.status}</p>`);
    },
  });
  const record = await readRunRecord(store.objects, 'run-1');
  if (record === null) throw new Error('no record was written');
  return { summary, record, drawn };
}

describe('the report of a run', () => {
  it.each([
    { good: 2, bad: 0, quorum: 1, status: 'done' },
    { good: 1, bad: 1, quorum: 0.5, status: 'partial' },
    { good: 1, bad: 1, quorum: 0.51, status: 'failed' },
    { good: 3, bad: 1, quorum: 0.75, status: 'partial' },
    { good: 0, bad: 2, quorum: 0, status: 'failed' },
    { good: 1, bad: 3, quorum: 0, status: 'partial' },
  ])('$good done and $bad failed under a quorum of $quorum are $status', async ({ good, bad, quorum, status }) => {
    const goods = await Promise.all(Array.from({ length: good }, (_, i) => done(`GOOD${String(i)}`)));
    const bads = Array.from({ length: bad }, (_, i) => failed(`BAD${String(i)}`));
    const { summary, record } = await write([...bads, ...goods], { quorum });
    expect(summary).toMatchObject({ status, symbols: good + bad, done: good, failed: bad, cacheHits: good });
    expect(record).toMatchObject({ status, cacheHits: good, computed: good });
  });

  it('stands in the store beside its record, where the summary says', async () => {
    const { summary, record, drawn } = await write([await done('B'), failed('A')], { seconds: 12 });
    expect(drawn).toEqual([record]);
    expect(Buffer.from((await store.objects.get(summary.report))!).toString()).toBe('<p>run-1 partial</p>');
    expect(JSON.parse(Buffer.from((await store.objects.get(summary.record))!).toString())).toEqual(record);
    expect(record).toMatchObject({
      runId: 'run-1',
      asOf: '2026-01-05T04:00:00.000Z',
      startedAt: '2026-01-05T04:00:00.000Z',
      wallSeconds: 12,
      environment: { node: 'v20' },
      config: configOf({}),
    });
    expect(record.symbols.map(({ symbol }) => symbol)).toEqual(['A', 'B']);
    expect(record.symbols[0]).toMatchObject({ status: 'failed', failure: FAILURE, bars: 0 });
  });

  it('counts what was computed in vain', async () => {
    const attempt = {
      ...{ runId: 'run-1', symbol: 'A', stage: 'train', part: '', key: 'ab', execution: 'e', activityAttempt: 1 },
      ...{ host: 'h', startedAtMs: 1_000, lastSeenMs: 3_500, endedAtMs: null, code: null, training: null },
    };
    await store.attempts.write({ ...attempt, attemptId: 'killed', outcome: 'running' });
    await store.attempts.write({ ...attempt, attemptId: 'good', outcome: 'published', endedAtMs: 9_000 });
    expect((await write([await done('A')])).record.wastedSeconds).toBe(2.5);
  });

  it('of a retry takes its symbols into the record of the run, which keeps its start and its configuration', async () => {
    await write([await done('A'), failed('B'), failed('C')], { seconds: 10 });
    const retry = { runId: 'run-1/retry-1', startedAtMs: START_MS + 3_600_000, seconds: 4, seed: 99 };
    const { summary, record } = await write([await done('B'), failed('C')], retry);
    expect(summary).toMatchObject({ runId: 'run-1', status: 'partial', symbols: 3, done: 2, failed: 1 });
    expect(record.symbols.map(({ symbol, status }) => `${symbol} ${status}`)).toEqual(['A done', 'B done', 'C failed']);
    expect(record).toMatchObject({ startedAt: '2026-01-05T04:00:00.000Z', wallSeconds: 14, config: { seed: 7 } });
    expect(record.secondsByRun).toEqual({ 'run-1': 10, 'run-1/retry-1': 4 });
  });

  it('written twice counts no second twice, of the run or of its retry', async () => {
    const results = [await done('A'), failed('B')];
    const once = await write(results, { seconds: 10 });
    expect(await write(results, { seconds: 10 })).toEqual(once);
    const retry = { runId: 'run-1/retry-1', startedAtMs: START_MS + 3_600_000, seconds: 4 };
    const mended = await write([await done('B')], retry);
    expect(mended.record.wallSeconds).toBe(14);
    expect(await write([await done('B')], retry)).toEqual(mended);
  });

  it('is no work for a worker of another store', async () => {
    const plan = { ...(await planOf(1)), storeId: 'another' };
    const input = { runId: 'run-1', plan, startedAtMs: START_MS, results: [] };
    const deps = { store, storeId: STORE_ID, environment: {}, renderReport: () => Promise.resolve('') };
    expect(await failureOf(writeReport(input, deps))).toMatchObject({ code: 'StoreUnavailable' });
    expect(await store.objects.list('runs/')).toEqual([]);
  });
});
