import { verdictOf } from '../../reporting/verdict/verdict';
import { DEFAULT_CONFIG } from '../../shared/contracts/config/defaults';
import type { ModelRecord, RunRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { textTable } from './text-table';

const HEADER = ['symbol', 'model', 'horizon', 'log loss', 'Brier', 'IC', 'Sharpe', 'max DD', 'grade'];

/** The result of a run for a terminal: one line a model, failures with their reason. */
export function resultTable(record: RunRecord): string {
  const rows = record.symbols.flatMap((symbol) => inOrder(symbol.models).map((model) => modelRow(symbol, model)));
  const failures = record.symbols.filter(({ failure }) => failure !== null).map(failureLine);
  const table = rows.length === 0 ? [] : [textTable(HEADER, rows)];
  const done = record.symbols.filter(({ status }) => status === 'done').length;
  const summary =
    `${record.runId}: ${record.status}, ${String(done)} of ${String(record.symbols.length)} symbols done in ${record.wallSeconds.toFixed(1)} s, ` +
    `${String(record.computed)} steps computed, ${String(record.cacheHits)} from the cache, ${record.wastedSeconds.toFixed(1)} s wasted`;
  return [
    ...table,
    ...record.symbols.flatMap(overfittingLines),
    ...failures,
    `verdict: ${verdictOf(record).believe}`,
    summary,
  ].join('\n');
}

const FAMILIES = Object.keys(DEFAULT_CONFIG.models);

/** What is compared stands together: by horizon, then the simple models before the nets, as the configuration has them. */
function inOrder(models: readonly ModelRecord[]): readonly ModelRecord[] {
  return [...models].sort(
    (a, b) => a.horizonBars - b.horizonBars || FAMILIES.indexOf(a.family) - FAMILIES.indexOf(b.family),
  );
}

function modelRow({ symbol }: SymbolRecord, { family, horizonBars, evaluation }: ModelRecord): readonly string[] {
  const { logLoss, brier, informationCoefficient, sharpe, maxDrawdown } = evaluation.metrics;
  return [
    symbol,
    family,
    `${String(horizonBars)} bars`,
    logLoss.value.toFixed(4),
    brier.value.toFixed(4),
    informationCoefficient.value.toFixed(3),
    sharpe.value.toFixed(2),
    `${(maxDrawdown.value * 100).toFixed(1)} %`,
    evaluation.grade,
  ];
}

function failureLine({ symbol, failure }: SymbolRecord): string {
  return `FAILED ${symbol} at ${failure?.stage ?? 'start'}: ${failure?.code ?? ''}: ${failure?.message ?? ''}`;
}

/** How much luck the best of a symbol's models may have had, in a line; nothing where it was not told. */
function overfittingLines({ symbol, overfitting }: SymbolRecord): readonly string[] {
  if (overfitting === undefined) return [];
  const { broken, trials, expectedMaximum, pbo, models } = overfitting;
  if (broken !== null) return [`LEDGER ${symbol}: ${broken}`];
  const best = [...models].sort((a, b) => (b.dsr ?? -1) - (a.dsr ?? -1))[0];
  const share = (value: number | null | undefined): string =>
    value === null || value === undefined ? 'not defined' : value.toFixed(2);
  return [
    `overfitting ${symbol}: ${String(trials)} trials, SR0 ${expectedMaximum.toFixed(4)} a day, best DSR ` +
      `${share(best?.dsr)}${best === undefined ? '' : ` (${best.family}, ${String(best.horizonBars)} bars)`}, PBO ${share(pbo?.value)}`,
  ];
}
