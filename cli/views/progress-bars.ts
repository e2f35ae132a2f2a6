import type { SingleBar } from 'cli-progress';
import { MultiBar, Presets } from 'cli-progress';
import type { SymbolProgress, SymbolState, UniverseProgress } from '../../shared/names/messages';
import type { ProgressView } from './progress-view';
import { shortRunningNotes } from './running-notes';

const FORMAT = '{name} |{bar}| {count}  {note}';
const BAR_COLUMNS = 24;
/** Bars of symbols at once; what is done makes room for what runs. */
const MAX_SYMBOL_BARS = 12;
const MAX_NAME_COLUMNS = 20;
const COUNT_COLUMNS = 7;
/** Bars are never wrapped; a line above them is, and must leave nothing of the bar that stood there. */
const [WRAP_ON, WRAP_OFF, CLEAR_REST] = ['\x1b[?7h', '\x1b[?7l', '\x1b[K'];

interface Shown {
  readonly value: number;
  readonly total: number;
  readonly note: string;
}

/** Bars on a terminal: one for the run, one for each running symbol. */
export function createProgressBars(stream: NodeJS.WriteStream): ProgressView {
  const multi = new MultiBar(
    { format: FORMAT, hideCursor: true, stream, barsize: BAR_COLUMNS, gracefulExit: false, emptyOnZero: true },
    Presets.shades_classic,
  );
  const bars = new Map<string, SingleBar>();
  const totals = new Map<string, number>();
  let runBar: SingleBar | null = null;

  const show = (bar: SingleBar | null, label: string, { value, total, note }: Shown): SingleBar => {
    const payload = { name: label, count: `${String(value)}/${String(total)}`.padStart(COUNT_COLUMNS), note };
    if (bar === null) return multi.create(total, value, payload);
    bar.setTotal(total);
    bar.update(value, payload);
    return bar;
  };

  /** The bar of a symbol: its own, that of one that has ended where all are taken, else none. */
  const takeBar = (symbol: string, ended: ReadonlySet<string>): SingleBar | null | 'none' => {
    const own = bars.get(symbol);
    if (own !== undefined) return own;
    if (bars.size < MAX_SYMBOL_BARS) return null;
    const [freed] = [...bars].filter(([name]) => ended.has(name));
    if (freed === undefined) return 'none';
    bars.delete(freed[0]);
    return freed[1];
  };

  return {
    update: (universe, symbols) => {
      const columns = nameColumns(universe);
      const label = (name: string): string => name.slice(0, columns).padEnd(columns);
      runBar = show(runBar, label('run'), runShown(universe));
      const ended = new Set(universe.symbols.filter(({ state }) => isEnded(state)).map(({ symbol }) => symbol));
      for (const progress of symbols) {
        if (ended.has(progress.symbol)) continue;
        const bar = takeBar(progress.symbol, ended);
        if (bar === 'none') continue;
        const shown = symbolShown(progress);
        totals.set(progress.symbol, shown.total);
        bars.set(progress.symbol, show(bar, label(progress.symbol), shown));
      }
      for (const { symbol, state } of universe.symbols) {
        const bar = bars.get(symbol);
        if (bar === undefined || !isEnded(state)) continue;
        const total = totals.get(symbol) ?? 1;
        if (state === 'done') show(bar, label(symbol), { value: total, total, note: 'done' });
        else bar.update({ note: 'failed' });
      }
    },
    note: (line) => multi.log(`${WRAP_ON}${line}${CLEAR_REST}${WRAP_OFF}\n`),
    close: () => {
      multi.update();
      multi.stop();
    },
  };
}

function isEnded(state: SymbolState): boolean {
  return state === 'done' || state === 'failed';
}

function nameColumns({ symbols }: UniverseProgress): number {
  const longest = Math.max('run'.length, ...symbols.map(({ symbol }) => symbol.length));
  return Math.min(longest, MAX_NAME_COLUMNS);
}

function runShown({ done, failed, total, paused, phase }: UniverseProgress): Shown {
  const stands = paused ? 'paused' : phase === 'closed' ? 'done' : phase;
  const notes = ['symbols', stands, ...(failed > 0 ? [`${String(failed)} failed`] : [])];
  return { value: done + failed, total, note: notes.join(', ') };
}

function symbolShown(progress: SymbolProgress): Shown {
  const { stepsDone, stepsTotal, stage, running, paused } = progress;
  const atOnce = running.length > 1 ? ` (${String(running.length)} at once)` : '';
  const stands = paused && running.length === 0 ? `${stage} (paused)` : `${stage}${atOnce}`;
  const note = [stands, ...shortRunningNotes(progress)].join(' · ');
  return { value: stepsDone, total: stepsTotal ?? stepsDone + 1, note };
}
