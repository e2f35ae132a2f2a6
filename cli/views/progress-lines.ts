import type { SymbolProgress } from '../../shared/names/messages';
import { STAGE_NAMES, stageIndex } from '../../shared/names/stages';
import type { ProgressView } from './progress-view';
import { shortRunningNotes } from './running-notes';
import { waitingLine } from './waiting-line';

/** What running nets say of themselves changes with every epoch; a log needs it now and then. */
const BETWEEN_NOTES_MS = 15_000;

/**
 * Lines where there is no terminal: one when a symbol reaches a further stage, one when a symbol is done or failed, and now
 * and then where its nets are. `nowMs` is a clock in milliseconds.
 */
export function createProgressLines(write: (line: string) => void, nowMs: () => number = Date.now): ProgressView {
  const furthest = new Map<string, number>();
  const notesTold = new Map<string, { readonly line: string; readonly atMs: number }>();
  let lastRunLine = '';
  let lastWaitingLine: string | null = null;
  const tellNotes = (progress: SymbolProgress): void => {
    const notes = shortRunningNotes(progress);
    if (notes.length === 0) return;
    const line = `${progress.symbol}: ${notes.join('; ')}`;
    const told = notesTold.get(progress.symbol);
    if (told !== undefined && (told.line === line || nowMs() - told.atMs < BETWEEN_NOTES_MS)) return;
    notesTold.set(progress.symbol, { line, atMs: nowMs() });
    write(line);
  };
  return {
    update: (universe, symbols) => {
      for (const progress of symbols) {
        const { symbol, stage } = progress;
        tellNotes(progress);
        const position = stage === 'done' ? STAGE_NAMES.length : stageIndex(stage);
        // Several models are at different stages at once; only a further stage is news.
        if (position <= (furthest.get(symbol) ?? -1)) continue;
        furthest.set(symbol, position);
        write(`${symbol}: ${stage}`);
      }
      const failed = universe.failed > 0 ? `, ${String(universe.failed)} failed` : '';
      const runLine = `run: ${universe.phase}, ${String(universe.done)} of ${String(universe.total)} symbols done${failed}`;
      if (runLine !== lastRunLine) write(runLine);
      lastRunLine = runLine;
      const waiting = waitingLine(universe);
      if (waiting !== null && waiting !== lastWaitingLine) write(waiting);
      lastWaitingLine = waiting;
    },
    note: write,
    close: () => undefined,
  };
}
