import type { SymbolRecord } from '../../shared/contracts/run-record';
import type { RevisedRow, Revision } from '../../shared/contracts/vendor';
import { formatCount, formatIso } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

/** Known bars that a vendor told otherwise since the last run; nothing where none did. */
export function revisionsSection(symbols: readonly SymbolRecord[]): Markup {
  const revised = symbols.flatMap(({ symbol, revision }) => (revision === undefined ? [] : [{ symbol, revision }]));
  if (revised.length === 0) return NOTHING;
  const counts = ['Changed', 'Removed', 'Added in the past'];
  return markup`<section class="card" aria-labelledby="revisions"><h2 id="revisions">Bars that the vendor revised</h2>
    <p class="small muted">These bars were known before and are told otherwise now. Whatever depends on them was computed anew; the rest came from the cache.</p>
    <div class="scroll"><table><caption>Symbols with revised bars</caption><thead><tr><th scope="col">Symbol</th><th scope="col">Since the answer of</th>${counts.map(
      (head) => markup`<th scope="col" class="num">${head}</th>`,
    )}</tr></thead><tbody>${revised.map(({ symbol, revision }) => countsRow(symbol, revision))}</tbody></table></div>
    <div class="scroll short"><table><caption>The first of them</caption><thead><tr><th scope="col">Symbol</th><th scope="col">Bar closed</th><th scope="col">What</th><th scope="col" class="num">Before</th><th scope="col" class="num">After</th></tr></thead>
    <tbody>${revised.flatMap(({ symbol, revision }) => revision.rows.map((row) => revisedRow(symbol, row)))}</tbody></table></div></section>`;
}

function countsRow(symbol: string, { sinceMs, changed, removed, addedInPast }: Revision): Markup {
  const cells = [changed, removed, addedInPast].map((count) => markup`<td class="num">${formatCount(count)}</td>`);
  return markup`<tr><th scope="row">${symbol}</th><td class="num">${isoOf(sinceMs)}</td>${cells}</tr>`;
}

function revisedRow(symbol: string, { timeMs, kind, field, before, after }: RevisedRow): Markup {
  const what = field === null ? `the whole bar was ${kind} (its close stands here)` : `${field} changed`;
  return markup`<tr><th scope="row">${symbol}</th><td class="num">${isoOf(timeMs)}</td><td class="text">${what}</td><td class="num">${valueOf(before)}</td><td class="num">${valueOf(after)}</td></tr>`;
}

function isoOf(instantMs: number): string {
  return formatIso(new Date(instantMs).toISOString());
}

function valueOf(value: number | null): string {
  return value === null ? '–' : String(value);
}
