import type { SymbolProgress, UniverseProgress } from '../../shared/names/messages';

/** How a run is shown while it goes on. */
export interface ProgressView {
  readonly update: (universe: UniverseProgress, symbols: readonly SymbolProgress[]) => void;
  /** A line that stands above what is redrawn. */
  readonly note: (line: string) => void;
  readonly close: () => void;
}
