import type { SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { runningNotes } from './running-notes';
import { textTable } from './text-table';

/**
 * Where each symbol of an open run stands; of the running ones that answered also the stage, the steps and what their
 * running nets last said, a line each. Without the run's own progress (null) it shows those that answered.
 */
export function symbolTable(universe: UniverseProgress | null, running: readonly SymbolProgress[]): string {
  const bySymbol = new Map(running.map((progress) => [progress.symbol, progress]));
  const symbols =
    universe?.symbols ?? running.map(({ symbol, stage }) => ({ symbol, state: stage === 'done' ? 'done' : 'running' }));
  const rows = symbols.flatMap(({ symbol, state }) => {
    const progress = bySymbol.get(symbol);
    if (progress === undefined) return [[symbol, state, '', '', '']];
    const [first = progress.running.join(', '), ...others] = runningNotes(progress);
    const stage = progress.paused ? `${progress.stage} (paused)` : progress.stage;
    return [[symbol, state, stage, stepsText(progress), first], ...others.map((note) => ['', '', '', '', note])];
  });
  return running.length === 0
    ? textTable(
        ['symbol', 'state'],
        rows.map((row) => row.slice(0, 2)),
      )
    : textTable(['symbol', 'state', 'stage', 'steps', 'running'], rows);
}

function stepsText({ stepsDone, stepsTotal }: SymbolProgress): string {
  return stepsTotal === null ? String(stepsDone) : `${String(stepsDone)} of ${String(stepsTotal)}`;
}
