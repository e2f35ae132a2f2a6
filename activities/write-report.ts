import type { RunSummary, SymbolResult, WriteReportInput } from '../shared/contracts/run';
import type { InterruptionRecord, RunRecord, SymbolRecord } from '../shared/contracts/run-record';
import { RUN_RECORD_VERSION } from '../shared/contracts/run-record';
import { runConfigSchema } from '../shared/contracts/config/schema';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { rootRunId } from '../shared/names/ids';
import type { AttemptRecord } from '../shared/store/attempts';
import { interruptedOf, lostSeconds, lostSteps, wastedSeconds } from '../shared/store/attempts';
import { assertSameStore } from './support/same-store';
import type { RenderReport } from './support/render-report';
import type { Store } from '../shared/store/open-store';
import { readRunRecord, runRecordKey, runReportKey } from '../shared/store/run-files';

/**
 * Writes the record and the report of a run. A retry mends the record of the run it belongs to: the symbols that it ran
 * take the place of the earlier ones.
 */
export async function writeReport(
  input: WriteReportInput,
  deps: {
    readonly store: Store;
    readonly storeId: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly renderReport: RenderReport;
  },
): Promise<RunSummary> {
  assertSameStore(input.plan.storeId, deps.storeId);
  const { store } = deps;
  const runId = rootRunId(input.runId);
  const earlier = input.runId === runId ? null : await readRunRecord(store.objects, runId);
  const fresh = await Promise.all(input.results.map((result) => symbolRecordOf(result, store)));
  const symbols = mergeSymbols(earlier?.symbols ?? [], fresh);
  const stages = symbols.flatMap((symbol) => symbol.stages);
  const attempts = await store.attempts.ofRun(runId);
  // By workflow, so that writing the same report twice counts nothing twice.
  const secondsByRun = { ...earlier?.secondsByRun, [input.runId]: (Date.now() - input.startedAtMs) / 1000 };
  const record: RunRecord = {
    schemaVersion: RUN_RECORD_VERSION,
    runId,
    status: statusOf(symbols, input.plan.successQuorum),
    asOf: new Date(input.plan.asOfMs).toISOString(),
    startedAt: earlier?.startedAt ?? new Date(input.startedAtMs).toISOString(),
    wallSeconds: Object.values(secondsByRun).reduce((sum, seconds) => sum + seconds, 0),
    secondsByRun,
    wastedSeconds: wastedSeconds(attempts),
    interruptions: interruptionsOf(attempts),
    cacheHits: stages.filter(({ cacheHit }) => cacheHit).length,
    computed: stages.filter(({ cacheHit }) => !cacheHit).length,
    config:
      earlier?.config ?? runConfigSchema.parse(await store.artifacts.getJson(input.plan.config, ARTIFACT_KINDS.config)),
    environment: deps.environment,
    symbols,
  };
  await store.objects.put(runReportKey(runId), Buffer.from(await deps.renderReport(record), 'utf8'), {
    ifAbsent: false,
  });
  await store.objects.put(runRecordKey(runId), Buffer.from(JSON.stringify(record), 'utf8'), { ifAbsent: false });
  const done = symbols.filter(({ status }) => status === 'done').length;
  return {
    runId,
    status: record.status,
    symbols: symbols.length,
    done,
    failed: symbols.length - done,
    cacheHits: record.cacheHits,
    report: runReportKey(runId),
    record: runRecordKey(runId),
  };
}

/** A record of hundreds would be read by nobody. */
const MAX_INTERRUPTIONS = 100;

function interruptionsOf(attempts: readonly AttemptRecord[]): readonly InterruptionRecord[] {
  return interruptedOf(attempts)
    .map((attempt) => ({
      symbol: attempt.symbol,
      stage: attempt.stage,
      part: attempt.part,
      code: attempt.code,
      outcome: attempt.outcome as InterruptionRecord['outcome'],
      host: attempt.host,
      startedAt: new Date(attempt.startedAtMs).toISOString(),
      lostSeconds: lostSeconds(attempt),
      lostSteps: lostSteps(attempt),
      ...(attempt.log === undefined ? {} : { log: attempt.log }),
    }))
    .sort((a, b) => b.lostSeconds - a.lostSeconds)
    .slice(0, MAX_INTERRUPTIONS);
}

/** `failed` where fewer symbols succeeded than the quorum asks for, `partial` where some failed. */
function statusOf(symbols: readonly SymbolRecord[], quorum: number): RunRecord['status'] {
  const done = symbols.filter(({ status }) => status === 'done').length;
  if (done < quorum * symbols.length || done === 0) return 'failed';
  return done === symbols.length ? 'done' : 'partial';
}

function mergeSymbols(earlier: readonly SymbolRecord[], fresh: readonly SymbolRecord[]): readonly SymbolRecord[] {
  const bySymbol = new Map([...earlier, ...fresh].map((record) => [record.symbol, record]));
  return [...bySymbol.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

async function symbolRecordOf(result: SymbolResult, store: Store): Promise<SymbolRecord> {
  if (result.record !== null) {
    return (await store.artifacts.getJson(result.record, ARTIFACT_KINDS.symbolRecord)) as SymbolRecord;
  }
  return {
    symbol: result.symbol,
    status: result.status,
    failure: result.failure,
    bars: 0,
    ledger: null,
    stages: [],
    labels: [],
    folds: [],
    models: [],
  };
}
