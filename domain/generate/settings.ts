/** What the market simulator needs to know; the `generated` section of the source configuration fits it as it is. */
export interface GeneratorSettings {
  readonly symbolCount: number;
  /** Bars of each symbol that trades until the end. */
  readonly bars: number;
  readonly timeframeMinutes: number;
  readonly seed: number;
  /** Correlation between the planted signal and the next bar's standardised return; 0 plants none. */
  readonly signalStrength: number;
  /** Whether the last symbol stops trading after half of its bars. */
  readonly delistOne: boolean;
}

/**
 * The name of a generated symbol: `GEN01` for index 0. It does not depend on how many symbols there are, so that a
 * larger universe leaves the series of the smaller one as they were.
 */
export function generatedSymbol(symbolIndex: number): string {
  return `GEN${String(symbolIndex + 1).padStart(2, '0')}`;
}

/** Names of all symbols of the universe, in order. */
export function generatedSymbols(settings: GeneratorSettings): string[] {
  return Array.from({ length: settings.symbolCount }, (_, symbolIndex) => generatedSymbol(symbolIndex));
}

/** How many bars a symbol has: half as many (at least one) for the last one where `delistOne` is set. */
export function barsOfSymbol(settings: GeneratorSettings, symbolIndex: number): number {
  const isDelisted = settings.delistOne && symbolIndex === settings.symbolCount - 1;
  return isDelisted ? Math.max(1, Math.floor(settings.bars / 2)) : settings.bars;
}
