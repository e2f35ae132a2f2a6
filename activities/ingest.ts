import { readingOf } from '../shared/contracts/config/source-schema';
import { createSortedCheck } from '../inference/clean-series';
import { ingestInputSchema } from '../shared/contracts/stages';
import type { IngestInput } from '../shared/contracts/stages';
import type { PinnedSeries } from '../shared/contracts/vendor';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { barsToChunk } from '../shared/tables/bar-table';
import { createTableWriter } from '../shared/tables/table-store';
import { StageFault, unwrap } from './support/stage-fault';
import type { Computed, StageDefinition } from './support/stage-definition';
import { sourceFault } from '../shared/sources/port';

/**
 * Ingest: raw bars of a symbol as they stand in the source, stamps turned into close instants, once and for all.
 * Its key is the content of the source, never its path.
 */
export const ingestStage: StageDefinition<IngestInput, 'ingest'> = {
  stage: 'ingest',
  schema: ingestInputSchema,
  part: () => '',
  readsOutside: true,
  pin: async (input, context, { signal, onProgress }) => {
    const { scope } = input;
    const source = context.source(await context.runConfig(scope.config));
    if (source.pin === undefined) return input;
    const pinned = unwrap(
      await source.pin(scope.symbol, {
        // A run that begins at a later stage asks nobody: it reads what the store has.
        asOfMs: scope.mustBeCached ? -Infinity : scope.asOfMs,
        runId: scope.runId,
        signal,
        onPhase: (phase, pages) => onProgress({ phase, step: pages, steps: null, loss: null }),
      }),
    );
    return { ...input, pinned };
  },
  seen: ({ pinned }) => {
    const { revision = null, notCompared = null } = pinned ?? {};
    return { ...(revision === null ? {} : { revision }), ...(notCompared === null ? {} : { notCompared }) };
  },
  settled: async ({ scope, pinned }, context) => {
    if (pinned === undefined) return;
    const source = context.source(await context.runConfig(scope.config));
    if (source.markRead !== undefined) unwrap(await source.markRead(scope.symbol, pinned, scope.runId));
  },
  material: async ({ scope, pinned }, context) => {
    const config = await context.runConfig(scope.config);
    if (pinned !== undefined) return { fingerprint: pinned.fingerprint, reading: readingOf(config.source) };
    const fingerprint = unwrap(await context.source(config).fingerprint(scope.symbol));
    return { fingerprint, reading: readingOf(config.source) };
  },
  compute: async ({ scope, pinned }, context, onProgress) => {
    if (pinned !== undefined) return computedOf(pinned);
    const config = await context.runConfig(scope.config);
    const series = unwrap(await context.source(config).open(scope.symbol));
    const writer = createTableWriter(context.store.artifacts, ARTIFACT_KINDS.rawBars);
    const order = createSortedCheck();
    let rows = 0;
    try {
      for await (const chunk of series.chunks()) {
        order.push(chunk.time);
        rows += chunk.time.length;
        await writer.push(barsToChunk(chunk));
        onProgress({ phase: 'reading', step: rows, steps: null, loss: null });
      }
    } catch (error) {
      const fault = sourceFault(error);
      throw fault === null ? error : new StageFault(fault);
    }
    if (rows === 0) {
      throw new StageFault({
        code: 'InvalidBars',
        message: `${scope.symbol}: the source has no bar at all; expected at least one row below the header`,
      });
    }
    const table = await writer.finish();
    return {
      outputs: { rawBars: table.ref },
      parts: table.parts,
      facts: {
        rows,
        timeframeMs: series.timeframeMs,
        maxTimeMs: order.maxTimeMs(),
        sorted: order.sorted(),
        stampNote: series.stampNote,
      },
    };
  },
};

/** A vendor's snapshot is the table of raw bars already: ascending, with close instants. */
function computedOf({ bars, parts, rows, timeframeMs, newestCloseMs, stampNote }: PinnedSeries): Computed {
  return {
    outputs: { rawBars: bars },
    parts,
    facts: { rows, timeframeMs, maxTimeMs: newestCloseMs, sorted: true, stampNote },
  };
}
