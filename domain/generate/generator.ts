import type { BarColumns, SeriesMeta } from '../core/bars';
import { deriveSeed, randomFromSeed } from '../core/random';
import { drawBarPrices } from './bar-path';
import { createSlotWalk } from './bar-slots';
import type { BarSlot } from './bar-slots';
import { createInterruptions } from './interruptions';
import { drawProfile, intradayVolatility, intradayVolume } from './market-profile';
import { createSignal } from './planted-signal';
import { marketKindOf } from './session-calendar';
import { barsOfSymbol, generatedSymbol } from './settings';
import type { GeneratorSettings } from './settings';
import { createVolatility } from './volatility';
import { createVolume } from './volume';

/** Part of every fingerprint of generated bars: raise it whenever the same settings give other bytes. */
export const GENERATOR_VERSION = 1;

export const MAX_CHUNK_ROWS = 500_000;

/** Variance that a pause adds, per bar that would have fitted into it, in units of a bar's variance. */
const PAUSE_VARIANCE = 0.08;
/** Longer pauses add no more than this: a weekend is not much wilder than a night. */
const PAUSE_MAX_MS = 18 * 3_600_000;

/** What no trader sees: the truth behind the bars of a chunk, row by row. */
export interface PlantedTruth {
  /** The planted signal once the bar has closed; it foretells the next bar's standardised return. */
  readonly plantedSignal: Float64Array;
  /** Conditional standard deviation of the bar's log return, close to close: log return / volatility is standardised. */
  readonly volatility: Float64Array;
}

export interface GeneratedSeries {
  readonly meta: SeriesMeta;
  /** Every call starts again from the first bar. */
  chunks(): Iterable<BarColumns>;
  /** The same chunks with the truth behind them, for tests that measure the planted signal. */
  chunksWithTruth(): Iterable<{ readonly bars: BarColumns; readonly truth: PlantedTruth }>;
}

/**
 * Bars of one symbol of a simulated universe, in chunks of at most `chunkRows` rows.
 *
 * Volatility follows a GJR-GARCH inside calm and turbulent regimes, innovations have fat tails, sessions and weekends
 * follow the symbol's market (see session-calendar.ts), some bars are missing, and a mean-reverting signal of known
 * strength is planted (see planted-signal.ts). The same settings give the same bytes; more bars begin with the same
 * bars; neither the number of symbols nor the chunk size changes a bar. Real data's faults (duplicates, disorder, NaN)
 * are not generated.
 *
 * `symbolIndex` counts from 0 to `settings.symbolCount` - 1. `time` is the close instant of a bar in UTC.
 */
export function createGenerator(
  settings: GeneratorSettings,
  symbolIndex: number,
  chunkRows: number = MAX_CHUNK_ROWS,
): GeneratedSeries {
  const totalBars = barsOfSymbol(settings, symbolIndex);
  function* chunksWithTruth(): Generator<{ bars: BarColumns; truth: PlantedTruth }> {
    const fillRow = createSimulation(settings, symbolIndex);
    for (let from = 0; from < totalBars; from += chunkRows) {
      const chunk = emptyChunk(Math.min(chunkRows, totalBars - from));
      for (let row = 0; row < chunk.truth.volatility.length; row += 1) fillRow(chunk, row);
      yield chunk;
    }
  }
  function* chunks(): Generator<BarColumns> {
    for (const { bars } of chunksWithTruth()) yield bars;
  }
  const meta = { symbol: generatedSymbol(symbolIndex), timeframeMs: settings.timeframeMinutes * 60_000 };
  return { meta, chunks, chunksWithTruth };
}

interface Chunk {
  readonly bars: BarColumns;
  readonly truth: PlantedTruth;
}

/** Every process has a random stream of its own, so that a change in one does not shift the draws of another. */
function createSimulation(settings: GeneratorSettings, symbolIndex: number): (chunk: Chunk, row: number) => void {
  const stream = (part: string): ReturnType<typeof randomFromSeed> =>
    // The seed goes in as text: whole numbers beyond 32 bits stay apart.
    randomFromSeed(deriveSeed(0, 'generate', String(settings.seed), generatedSymbol(symbolIndex), part));
  const kind = marketKindOf(symbolIndex);
  const timeframeMs = settings.timeframeMinutes * 60_000;
  const profile = drawProfile(kind, settings.timeframeMinutes, stream('profile'));
  const nextSlot = createPresentSlots(createSlotWalk(kind, timeframeMs), createInterruptions(stream('interruptions')));
  const volatility = createVolatility(stream('volatility'));
  const signal = createSignal(settings.signalStrength, stream('signal'));
  const nextVolume = createVolume(stream('volume'));
  const pathRandom = stream('path');
  let previousClose = profile.firstPrice;
  let previousCloseMs: number | null = null;

  return ({ bars, truth }, row) => {
    const slot = nextSlot();
    const length = (slot.closeMs - slot.openMs) / timeframeMs;
    const level = volatility.current();
    const tradingVariance = length * intradayVolatility(kind, slot.sessionPosition) ** 2;
    const pauseVariance = pauseVarianceOf(slot.openMs - (previousCloseMs ?? slot.openMs), timeframeMs);
    const deviation = profile.barVolatility * level * Math.sqrt(tradingVariance + pauseVariance);
    const standardisedReturn = signal.next();
    const prices = drawBarPrices(
      {
        previousClose,
        logReturn: standardisedReturn * deviation,
        deviation,
        pauseShare: pauseVariance / (tradingVariance + pauseVariance),
      },
      pathRandom,
    );
    const usualVolume = profile.barVolume * length * intradayVolume(kind, slot.sessionPosition);
    bars.time[row] = slot.closeMs;
    bars.open[row] = prices.open;
    bars.high[row] = prices.high;
    bars.low[row] = prices.low;
    bars.close[row] = prices.close;
    bars.volume[row] = nextVolume(usualVolume, level, standardisedReturn);
    truth.plantedSignal[row] = signal.current();
    truth.volatility[row] = deviation;
    volatility.advance(standardisedReturn);
    previousClose = prices.close;
    previousCloseMs = slot.closeMs;
  };
}

function createPresentSlots(nextSlot: () => BarSlot, isMissing: () => boolean): () => BarSlot {
  return () => {
    let slot = nextSlot();
    while (isMissing()) slot = nextSlot();
    return slot;
  };
}

function pauseVarianceOf(pauseMs: number, timeframeMs: number): number {
  return (PAUSE_VARIANCE * Math.min(pauseMs, PAUSE_MAX_MS)) / timeframeMs;
}

function emptyChunk(rows: number): Chunk {
  const column = (): Float64Array => new Float64Array(rows);
  return {
    bars: { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() },
    truth: { plantedSignal: column(), volatility: column() },
  };
}
