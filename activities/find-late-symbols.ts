import type { RunConfig } from '../shared/contracts/config/schema';
import { runConfigSchema } from '../shared/contracts/config/schema';
import type { LateSymbol } from '../shared/contracts/run';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { BarSource } from '../shared/sources/port';
import type { Store } from '../shared/store/open-store';
import { assertSameStore } from './support/same-store';
import { StageFault } from './support/stage-fault';
import type { FindLateInput } from './types';

/**
 * Looks which symbols have no bar that is new enough. A symbol that the source does not have (yet) is late; one whose file
 * cannot be read is not, for waiting would not mend it and its ingest says what is wrong.
 */
export async function findLateSymbols(
  input: FindLateInput,
  deps: { readonly store: Store; readonly storeId: string; readonly source: (config: RunConfig) => BarSource },
): Promise<readonly LateSymbol[]> {
  assertSameStore(input.storeId, deps.storeId);
  const config = runConfigSchema.parse(await deps.store.artifacts.getJson(input.config, ARTIFACT_KINDS.config));
  const source = deps.source(config);
  const late: LateSymbol[] = [];
  // One after another: a source file may be large, and this worker has other things to do.
  for (const symbol of input.symbols) {
    const newest = await newestOf(source, symbol, input.asOfMs - input.maxAgeMs);
    if (newest === 'unreadable') continue;
    if (newest === null || newest < input.asOfMs - input.maxAgeMs) late.push({ symbol, newestMs: newest });
  }
  return late;
}

async function newestOf(source: BarSource, symbol: string, enoughMs: number): Promise<number | null | 'unreadable'> {
  const newest = await source.newestCloseMs(symbol, enoughMs);
  if (newest.ok) return newest.value;
  switch (newest.fault.code) {
    case 'SourceNotFound':
      return null;
    case 'InvalidSource':
    case 'VendorAccessDenied':
      return 'unreadable';
    default:
      throw new StageFault(newest.fault);
  }
}
