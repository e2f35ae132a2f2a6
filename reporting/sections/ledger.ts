import { BAR_FIELDS } from '../../domain/core/bars';
import { HOUR_MS } from '../../domain/core/durations';
import type { CleanLedger, LedgerDecision, LedgerEntry, LedgerRow } from '../../domain/core/ledger';
import { gapChartHeight, gapsOption, type DecisionRow } from '../charts/gaps';
import { formatCount, formatInstant, formatPercent, formatRaw, formatSeconds, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { HALF_WIDTH, picture } from './pictures';

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

/** For the narrow places of a picture. */
const SHORT_WORDS: Readonly<Record<LedgerDecision, string>> = {
  unsorted: 'out of order',
  duplicate: 'duplicates',
  nonPositivePrice: 'price ≤ 0',
  missingValue: 'missing values',
  inconsistentPrice: 'contradicting prices',
  negativeVolume: 'negative volume',
  stale: 'stale prices',
  future: 'after as-of',
};

/** Rows of the table of gaps. */
const LISTED_GAPS = 20;

/** The gap and repair ledger of one symbol: what cleaning did to which bars, and where bars are missing. */
export function ledgerSection(id: string, ledger: CleanLedger, isCrowded: boolean): Markup {
  const lost = ledger.barsIn - ledger.barsOut;
  return markup`<h4>Gap and repair ledger</h4>
    <p class="small">${formatCount(ledger.barsIn)} bars read, ${formatCount(ledger.barsOut)} kept${
      lost > 0 ? `, ${formatCount(lost)} dropped (${formatPercent(lost / ledger.barsIn, 2)})` : ''
    }, ${formatInstant(ledger.firstMs)} to ${formatInstant(ledger.lastMs)}. ${asSentence(ledger.stampNote)} Nothing was filled in.${closuresText(ledger)}</p>
    <div class="pair"><div>${isCrowded ? NOTHING : gapsPicture(id, ledger)}${entriesTable(ledger.entries)}</div><div>${gapsTable(ledger)}</div></div>`;
}

/** What somebody else wrote, so that another sentence may follow. */
function asSentence(note: string): string {
  const text = note.trim();
  return text === '' || /[.!?]$/.test(text) ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** How gaps were told apart without a calendar. */
function closuresText({ timeline, gapCount }: CleanLedger): string {
  if (timeline === undefined || timeline.closures === 0) return '';
  return ` Of ${plural(gapCount, 'gap')} ${formatCount(timeline.closures)} are usual closures: gaps between the same two days of the week that last as long come at least every tenth week. Holidays count as gaps.`;
}

/** When bars are missing and for how long, and when cleaning decided about bars; nothing where it has nothing to show. */
function gapsPicture(id: string, { timeline, entries, firstMs, lastMs }: CleanLedger): Markup {
  const gaps = timeline?.gaps ?? [];
  // Dropped bars may lie before the first that was kept, and after the last.
  const inSpan = (time: number): number => Math.min(Math.max(time, firstMs ?? time), lastMs ?? time);
  const decisions = entries.flatMap(({ decision, action, times = [] }): DecisionRow[] =>
    times.length === 0 ? [] : [{ name: SHORT_WORDS[decision], action, times: times.map(inSpan) }],
  );
  if (firstMs === null || lastMs === null || gaps.length + decisions.length === 0) return NOTHING;
  const left = (timeline?.gapCount ?? 0) - gaps.length;
  const note = `usual closures apart; ${left > 0 ? `the longest ${formatCount(gaps.length)} of ${plural(gaps.length + left, 'gap')}` : plural(gaps.length, 'gap')}`;
  const longest = gaps.reduce((most, gap) => Math.max(most, gap.toMs - gap.fromMs), 0);
  const marked = decisions.map(
    ({ name, action, times }) => `${name} (${action}) on ${plural(times.length, 'stretch', 'stretches')} of days`,
  );
  return picture('Gaps over time', note, gapsOption({ firstMs, lastMs, gaps, decisions }), {
    id,
    width: HALF_WIDTH,
    height: gapChartHeight(decisions.length),
    title: 'Gaps over time and how long they are',
    description: `${plural(gaps.length, 'gap')} drawn, the longest of ${pauseText(longest)}. ${marked.join('; ') || 'No decision about any bar'}.`,
  });
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
  const { gapCount, missingBars, gaps } = ledger.timeline ?? { ...ledger, gaps: ledger.longestGaps };
  if (gapCount === 0) return markup`<p class="muted small">No gap besides the usual closures.</p>`;
  const longest = [...gaps].sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs) || a.fromMs - b.fromMs);
  const listed = longest.slice(0, LISTED_GAPS);
  return markup`<div class="scroll short"><table><caption>${plural(gapCount, 'gap')}${
    ledger.timeline === undefined ? '' : ' besides the usual closures'
  }, ${plural(missingBars, 'missing bar')} in all; the longest ${formatCount(listed.length)}</caption>
    <thead><tr><th scope="col">Last bar before</th><th scope="col">First bar after</th><th scope="col" class="num">Pause</th><th scope="col" class="num">Missing bars</th></tr></thead>
    <tbody>${listed.map(
      (gap) =>
        markup`<tr><td>${formatInstant(gap.fromMs)}</td><td>${formatInstant(gap.toMs)}</td><td class="num">${pauseText(gap.toMs - gap.fromMs)}</td><td class="num">${formatCount(gap.missingBars)}</td></tr>`,
    )}</tbody></table></div>`;
}

function pauseText(ms: number): string {
  const hours = ms / HOUR_MS;
  return hours < 48 ? formatSeconds(ms / 1000) : `${(hours / 24).toFixed(1)} days`;
}
