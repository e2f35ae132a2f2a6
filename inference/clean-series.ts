import type { BarColumns } from '../domain/core/bars';
import { concatBars } from '../domain/core/bars';
import type { CleanLedger } from '../domain/core/ledger';
import type { Result } from '../domain/core/result';
import { ok } from '../domain/core/result';
import type { CleanerMeta } from '../domain/clean/cleaner';
import { createCleaner } from '../domain/clean/cleaner';
import { sortBars } from '../domain/clean/order';
import type { CleanSettings } from '../domain/clean/settings';

/**
 * Cleans a raw series chunk by chunk, the same way in training and in prediction. Only an unsorted source is held in
 * memory as a whole. `onBars` receives the clean bars in order.
 */
export async function cleanSeries(
  raw: { readonly chunks: AsyncIterable<BarColumns>; readonly sorted: boolean },
  policy: CleanSettings,
  meta: CleanerMeta,
  onBars: (bars: BarColumns) => Promise<void>,
): Promise<Result<CleanLedger>> {
  const sorted = raw.sorted ? null : sortBars(concatBars(await collect(raw.chunks)));
  const cleaner = createCleaner(policy, meta, sorted?.order);
  const chunks = sorted === null ? raw.chunks : toAsync([sorted.bars]);
  for await (const chunk of chunks) {
    const cleaned = cleaner.push(chunk, sorted?.rows);
    if (!cleaned.ok) return cleaned;
    if (cleaned.value.time.length > 0) await onBars(cleaned.value);
  }
  const finished = cleaner.finish();
  if (!finished.ok) return finished;
  if (finished.value.tail.time.length > 0) await onBars(finished.value.tail);
  return ok(finished.value.ledger);
}

/** Whether stamps never go back; rows without a stamp are passed over. */
export function createSortedCheck(): {
  push: (time: Float64Array) => void;
  sorted: () => boolean;
  maxTimeMs: () => number | null;
} {
  let maxTimeMs = -Infinity;
  let sorted = true;
  return {
    push: (time) => {
      for (const instant of time) {
        if (instant < maxTimeMs) sorted = false;
        else if (instant > maxTimeMs) maxTimeMs = instant;
      }
    },
    sorted: () => sorted,
    maxTimeMs: () => (Number.isFinite(maxTimeMs) ? maxTimeMs : null),
  };
}

async function collect(chunks: AsyncIterable<BarColumns>): Promise<BarColumns[]> {
  const all: BarColumns[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

/** Items that are all there already, as a stream. */
export async function* toAsync<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
