import { STAGE_NAMES, stageIndex } from '../../shared/names/stages';
import type { ProgressView } from './progress-view';

/** Lines where there is no terminal: one when a symbol reaches a further stage, one when a symbol is done or failed. */
export function createProgressLines(write: (line: string) => void): ProgressView {
  const furthest = new Map<string, number>();
  let lastRunLine = '';
  return {
    update: (universe, symbols) => {
      for (const { symbol, stage } of symbols) {
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
    },
    note: write,
    close: () => undefined,
  };
}
