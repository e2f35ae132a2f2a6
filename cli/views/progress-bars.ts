import type { SingleBar } from 'cli-progress';
import { MultiBar, Presets } from 'cli-progress';
import type { SymbolProgress, UniverseProgress } from '../../shared/names/messages';
import { STAGE_NAMES, stageIndex } from '../../shared/names/stages';

/** How a run is shown while it goes on. */
export interface ProgressView {
  readonly update: (universe: UniverseProgress, symbols: readonly SymbolProgress[]) => void;
  readonly close: () => void;
}

const FORMAT = '{name} |{bar}| {value}/{total} {note}';
const MAX_BARS = 12;

/** Bars on a terminal: one for the run, one for each running symbol. */
export function createProgressBars(stream: NodeJS.WriteStream): ProgressView {
  const multi = new MultiBar(
    { format: FORMAT, hideCursor: true, stream, clearOnComplete: false, barsize: 24 },
    Presets.shades_classic,
  );
  const bars = new Map<string, SingleBar>();
  const show = (name: string, value: number, total: number, note: string): void => {
    const known = bars.get(name);
    if (known === undefined && bars.size > MAX_BARS) return;
    const bar = known ?? multi.create(total, value, { name: name.padEnd(12), note });
    bars.set(name, bar);
    bar.setTotal(total);
    bar.update(value, { name: name.padEnd(12), note });
  };
  return {
    update: (universe, symbols) => {
      show(
        'run',
        universe.done + universe.failed,
        universe.total,
        `symbols${universe.paused ? ' (paused)' : ''}${universe.failed > 0 ? `, ${String(universe.failed)} failed` : ''}`,
      );
      for (const symbol of symbols) {
        const total = symbol.stepsTotal ?? symbol.stepsDone + 1;
        show(
          symbol.symbol,
          symbol.stepsDone,
          total,
          symbol.stage === 'done'
            ? 'done'
            : `${symbol.stage} ${symbol.running.length > 1 ? `(${String(symbol.running.length)} at once)` : ''}`,
        );
      }
    },
    close: () => multi.stop(),
  };
}

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
    close: () => undefined,
  };
}
