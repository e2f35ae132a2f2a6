import { cleanSeries } from '../inference/clean-series';
import { cleanInputSchema } from '../shared/contracts/stages';
import type { CleanInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { Artifacts } from '../shared/store/artifacts';
import { barsToChunk, readBars } from '../shared/tables/bar-table';
import { createTableWriter, float64Column, openTable } from '../shared/tables/table-store';
import type { StageDefinition } from './support/stage-definition';
import { unwrap } from './support/stage-fault';

/**
 * Clean: the bars that may be used, and the ledger of every decision. The as-of instant only selects: the key holds how
 * many bars it leaves out, so that two runs on different days over the same bars share one result.
 */
export const cleanStage: StageDefinition<CleanInput, 'clean'> = {
  stage: 'clean',
  schema: cleanInputSchema,
  part: () => '',
  material: async ({ scope, rawBars, raw }, context) => ({
    rawBars: rawBars.sha256,
    symbol: scope.symbol,
    timeframeMs: raw.timeframeMs,
    stampNote: raw.stampNote,
    clean: (await context.symbolConfig(scope)).clean,
    futureRows: await countFuture(context.store.artifacts, rawBars, raw.maxTimeMs, scope.asOfMs),
  }),
  compute: async ({ scope, rawBars, raw }, context, onProgress) => {
    const { artifacts } = context.store;
    const { clean } = await context.symbolConfig(scope);
    const writer = createTableWriter(artifacts, ARTIFACT_KINDS.bars);
    const ledger = unwrap(
      await cleanSeries(
        { chunks: readBars(artifacts, rawBars, ARTIFACT_KINDS.rawBars), sorted: raw.sorted },
        clean,
        { symbol: scope.symbol, timeframeMs: raw.timeframeMs, stampNote: raw.stampNote, asOfMs: scope.asOfMs },
        async (bars) => {
          await writer.push(barsToChunk(bars));
          onProgress({ phase: 'cleaning', step: bars.time.length, steps: raw.rows, loss: null });
        },
      ),
    );
    const table = await writer.finish();
    return {
      outputs: { bars: table.ref, ledger: await artifacts.putJson(ledger, ARTIFACT_KINDS.ledger) },
      parts: table.parts,
      facts: { bars: table.rows, dropped: ledger.barsIn - ledger.barsOut, gaps: ledger.gapCount },
    };
  },
};

/** Bars that close after the as-of instant. Read only where there can be any. */
async function countFuture(
  artifacts: Artifacts,
  rawBars: CleanInput['rawBars'],
  maxTimeMs: number | null,
  asOfMs: number,
): Promise<number> {
  if (maxTimeMs === null || maxTimeMs <= asOfMs) return 0;
  const table = await openTable(artifacts, rawBars, ARTIFACT_KINDS.rawBars);
  let future = 0;
  for await (const chunk of table.chunks(['time'])) {
    future += float64Column(chunk, 'time').reduce((count, time) => (time > asOfMs ? count + 1 : count), 0);
  }
  return future;
}
