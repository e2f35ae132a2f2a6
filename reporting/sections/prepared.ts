import type { PreparedRecord } from '../../shared/contracts/run-record';
import { formatCount, formatNumber, formatPercent, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

/** What was fitted or laid beside before any model saw a row: one line each; nothing where nothing was. */
export function preparedBlock(prepared: PreparedRecord | undefined): Markup {
  const lines = prepared === undefined ? [] : linesOf(prepared);
  return lines.length === 0
    ? NOTHING
    : markup`<ul class="lines small">${lines.map((line) => markup`<li>${line}</li>`)}</ul>`;
}

function linesOf({ fracDiff, cross = [], featureRows = 0, syntheticRows }: PreparedRecord): readonly string[] {
  return [
    ...(fracDiff === undefined ? [] : [fracDiffLine(fracDiff)]),
    ...cross.map(({ symbol, rows }) => crossLine(symbol, rows, featureRows)),
    ...(syntheticRows === undefined ? [] : [syntheticLine(syntheticRows)]),
  ];
}

function fracDiffLine({ order, width, stationary }: NonNullable<PreparedRecord['fracDiff']>): string {
  const found = `Fractional differentiation of order d = ${formatNumber(order, 2)} over ${plural(width, 'bar')}`;
  return stationary
    ? `${found}: the smallest of 0, 0.05 … 1 at which the log price passes ADF at 5 % on the first training part.`
    : `${found}: no order from 0 to 1 passes ADF at 5 % on the first training part, so the whole difference is taken.`;
}

function crossLine(symbol: string, rows: number, all: number): string {
  const share = all === 0 ? null : rows / all;
  return `${symbol} is laid beside as of each close: ${formatPercent(share)} of rows (${formatCount(rows)} of ${formatCount(all)}) have a bar of it.`;
}

function syntheticLine([fewest, most]: readonly [number, number]): string {
  const rows = fewest === most ? formatCount(most) : `${formatCount(fewest)} to ${formatCount(most)}`;
  return `Augmentation: ${rows} synthetic rows beside the real ones of each fit, made from its training part alone; no synthetic row is ever judged.`;
}
