import type { RunRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { RUN_RECORD_VERSION } from '../../shared/contracts/run-record';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { canonicalBytes } from '../../shared/store/hash';
import type { Store } from '../../shared/store/open-store';
import { runRecordKey } from '../../shared/store/run-files';
import { recordSymbol } from '../../activities/record-symbol';
import type { Bench } from '../activities/bench';
import { SMALL_RUN, STORE_ID, configOf, scopeOf } from '../activities/bench';
import { runSymbolPath } from '../activities/symbol-path';

/** Trains the small run as of so many bars and leaves its record, as a run of the daily retrain does. */
export async function trainedRun(bench: Bench, runId: string, bars: number, more: object = {}): Promise<RunRecord> {
  const given = { ...SMALL_RUN, ...more };
  const input = { ...given, source: { ...given.source, bars } };
  const scope = await scopeOf(bench, input, { runId });
  const outcomes = await runSymbolPath(bench.activities, scope, [], configOf(input).features.cross);
  const recorded = await recordSymbol(
    { runId, storeId: STORE_ID, symbol: 'GEN01', failure: null, outcomes: [...outcomes], config: scope.config },
    { store: bench.store, storeId: STORE_ID },
  );
  const symbol = (await bench.store.artifacts.getJson(recorded.record, ARTIFACT_KINDS.symbolRecord)) as SymbolRecord;
  return putRunRecord(bench.store, runId, [symbol], input);
}

export async function putRunRecord(
  { objects }: Pick<Store, 'objects'>,
  runId: string,
  symbols: readonly SymbolRecord[],
  input: unknown = {},
): Promise<RunRecord> {
  const record: RunRecord = {
    schemaVersion: RUN_RECORD_VERSION,
    runId,
    status: 'done',
    asOf: '2026-03-02T06:00:00.000Z',
    startedAt: '2026-03-02T06:00:00.000Z',
    wallSeconds: 1,
    secondsByRun: {},
    wastedSeconds: 0,
    interruptions: [],
    cacheHits: 0,
    computed: 1,
    config: configOf(input),
    environment: {},
    symbols,
  };
  await objects.put(runRecordKey(runId), canonicalBytes(record), { ifAbsent: false });
  return record;
}
