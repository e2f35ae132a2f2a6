import { createHash } from 'node:crypto';
import { fail, ok } from '../../domain/core/result';
import type { Result } from '../../domain/core/result';
import type { BarColumns } from '../../domain/core/bars';
import { createGenerator, GENERATOR_VERSION } from '../../domain/generate/generator';
import { barsOfSymbol, generatedSymbols } from '../../domain/generate/settings';
import type { GeneratedSourceConfig } from '../contracts/config/source-schema';
import { MAX_CHUNK_ROWS } from './port';
import { newestCloseOf } from './newest-close';
import type { BarSource, RawSeries } from './port';

const STAMP_NOTE = 'Generated bars carry the instant at which they close, in UTC.';

/**
 * The seeded market simulator as a source of bars: needs no file and no network, and the same configuration gives the
 * same bytes on every machine. SourceNotFound for a symbol that the universe does not have.
 */
export function createGeneratedSource(config: GeneratedSourceConfig, chunkRows: number = MAX_CHUNK_ROWS): BarSource {
  const symbols = generatedSymbols(config);
  const indexOf = (symbol: string): Result<number> => {
    const index = symbols.indexOf(symbol);
    return index >= 0 ? ok(index) : fail('SourceNotFound', unknownSymbolMessage(symbol, symbols));
  };
  const seriesOf = (symbol: string): Result<RawSeries> => {
    const index = indexOf(symbol);
    if (!index.ok) return index;
    const series = createGenerator(config, index.value, chunkRows);
    return ok({
      ...series.meta,
      stampNote: STAMP_NOTE,
      fingerprint: fingerprintOf(config, symbol, index.value),
      chunks: () => toAsync(series.chunks()),
    });
  };
  return {
    list: () => Promise.resolve(ok([...symbols].sort().map((symbol) => ({ symbol, origin: 'generated' })))),
    fingerprint: (symbol) => {
      const index = indexOf(symbol);
      return Promise.resolve(index.ok ? ok(fingerprintOf(config, symbol, index.value)) : index);
    },
    newestCloseMs: async (symbol) => {
      const series = seriesOf(symbol);
      return series.ok ? ok(await newestCloseOf(series.value)) : series;
    },
    open: (symbol) => Promise.resolve(seriesOf(symbol)),
  };
}

/** SHA-256 of everything that decides this symbol's bytes, so that a wider universe leaves its cache intact. */
function fingerprintOf(config: GeneratedSourceConfig, symbol: string, symbolIndex: number): string {
  const decisive = {
    bars: barsOfSymbol(config, symbolIndex),
    generatorVersion: GENERATOR_VERSION,
    seed: config.seed,
    signalStrength: config.signalStrength,
    symbol,
    timeframeMinutes: config.timeframeMinutes,
  };
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
}

function unknownSymbolMessage(symbol: string, symbols: readonly string[]): string {
  const last = symbols.at(-1) ?? 'none';
  return `The generated universe has no symbol '${symbol}'; it has ${symbols.length} symbols, GEN01 to ${last}. Name one of them or raise source.symbolCount.`;
}

// eslint wants an await in async generators; there is nothing to wait for, the port only allows for sources that do.
async function* toAsync(chunks: Iterable<BarColumns>): AsyncIterable<BarColumns> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
