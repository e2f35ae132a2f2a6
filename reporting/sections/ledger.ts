import { BAR_FIELDS } from '../../domain/core/bars';
import type { CleanLedger, LedgerDecision, LedgerEntry, LedgerRow } from '../../domain/core/ledger';
import { formatCount, formatInstant, formatPercent, formatRaw, formatSeconds, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

const DECISION_WORDS: Readonly<Record<LedgerDecision, string>> = {
  unsorted: 'out of order',
  duplicate: 'same instant twice',
  nonPositivePrice: 'price of zero or below',
  missingValue: 'missing value',
  inconsistentPrice: 'high, low, open and close contradict',
  negativeVolume: 'negative volume',
  stale: 'price without any movement',
  future: 'later than the as-of instant',
};

/** The gap and repair ledger of one symbol: what cleaning did to which bars, and where bars are missing. */
export function ledgerSection(ledger: CleanLedger): Markup {
  const lost = ledger.barsIn - ledger.barsOut;
  return markup`<h4>Gap and repair ledger</h4>
    <p class="small">${formatCount(ledger.barsIn)} bars read, ${formatCount(ledger.barsOut)} kept${
      lost > 0 ? `, ${formatCount(lost)} dropped (${formatPercent(lost / ledger.barsIn, 2)})` : ''
    }, ${formatInstant(ledger.firstMs)} to ${formatInstant(ledger.lastMs)}. ${ledger.stampNote} Nothing was filled in.</p>
    <div class="pair"><div>${entriesTable(ledger.entries)}</div><div>${gapsTable(ledger)}</div></div>`;
}

function entriesTable(entries: readonly LedgerEntry[]): Markup {
  if (entries.length === 0) return markup`<p class="muted small">No bar had to be sorted, repaired or dropped.</p>`;
  return markup`<div class="scroll"><table><caption>Decisions about bars; rows count from 0 in the source’s order</caption>
    <thead><tr><th scope="col">What was wrong</th><th scope="col">Action</th><th scope="col" class="num">Bars</th><th scope="col">First rows</th></tr></thead>
    <tbody>${entries.map(
      (entry) =>
        markup`<tr><th scope="row">${DECISION_WORDS[entry.decision]}</th><td>${entry.action}</td><td class="num">${formatCount(entry.count)}</td><td>${rowsOf(entry)}</td></tr>`,
    )}</tbody></table></div>`;
}

function rowsOf(entry: LedgerEntry): Markup {
  if (entry.firstRows.length === 0) return NOTHING;
  return markup`<details><summary class="small">${plural(entry.firstRows.length, 'row')}, first ${formatCount(entry.firstRows[0]?.row ?? 0)}</summary>
    ${entry.firstRows.map((row) => markup`<div class="small"><code>${rowText(row)}</code></div>`)}</details>`;
}

function rowText(row: LedgerRow): string {
  const values = BAR_FIELDS.map((field) => `${field.slice(0, 1)} ${formatRaw(row[field])}`);
  return `row ${formatCount(row.row)} · ${formatInstant(row.time)} · ${values.join(' · ')}`;
}

function gapsTable(ledger: CleanLedger): Markup {
  if (ledger.gapCount === 0) return markup`<p class="muted small">No gap longer than the configured pause.</p>`;
  return markup`<div class="scroll short"><table><caption>${plural(ledger.gapCount, 'gap')}, ${plural(ledger.missingBars, 'missing bar')} in all; the longest ${formatCount(ledger.longestGaps.length)}</caption>
    <thead><tr><th scope="col">Last bar before</th><th scope="col">First bar after</th><th scope="col" class="num">Pause</th><th scope="col" class="num">Missing bars</th></tr></thead>
    <tbody>${ledger.longestGaps.map(
      (gap) =>
        markup`<tr><td>${formatInstant(gap.fromMs)}</td><td>${formatInstant(gap.toMs)}</td><td class="num">${pauseText(gap.toMs - gap.fromMs)}</td><td class="num">${formatCount(gap.missingBars)}</td></tr>`,
    )}</tbody></table></div>`;
}

function pauseText(ms: number): string {
  const hours = ms / 3_600_000;
  return hours < 48 ? formatSeconds(ms / 1000) : `${(hours / 24).toFixed(1)} days`;
}
