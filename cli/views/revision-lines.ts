import type { SymbolRecord } from '../../shared/contracts/run-record';

/** `AAPL: the vendor revised 3 known bars (2 changed, 1 removed), the first at …`: a line for each symbol with a revision. */
export function revisionLines(symbols: readonly SymbolRecord[]): readonly string[] {
  return symbols.flatMap(({ symbol, revision, notCompared }) => {
    if (notCompared !== undefined) return [`${symbol}: ${notCompared}`];
    if (revision === undefined) return [];
    const { changed, removed, addedInPast, rows, sinceMs } = revision;
    const kinds = [
      [changed, 'changed'],
      [removed, 'removed'],
      [addedInPast, 'added in the past'],
    ] as const;
    const counts = kinds.filter(([count]) => count > 0).map(([count, kind]) => `${String(count)} ${kind}`);
    const [first] = rows;
    const at = first === undefined ? '' : `, the first at ${minute(first.timeMs)} UTC`;
    return [`${symbol}: bars revised by the vendor since ${minute(sinceMs)} UTC: ${counts.join(', ')}${at}`];
  });
}

function minute(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 16).replace('T', ' ');
}
