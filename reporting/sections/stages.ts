import type { StageRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { STAGE_NAMES, type StageName } from '../../shared/names/stages';
import { formatCount, formatPercent, formatSeconds } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

interface StageTotal {
  readonly stage: StageName;
  readonly parts: number;
  readonly hits: number;
  readonly seconds: number;
  readonly slowest: StageRecord | null;
}

/** Where the time of the whole run went. */
export function runStagesSection(symbols: readonly SymbolRecord[]): Markup {
  const stages = symbols.flatMap((symbol) => symbol.stages);
  if (stages.length === 0) return NOTHING;
  return markup`<section class="card" aria-labelledby="stages"><h2 id="stages">Where the time went</h2>
    ${stageTable(stages, 'All symbols together; stages of different symbols ran side by side, so the sum may exceed the wall time.')}</section>`;
}

/** The stages of one symbol, on wish with every part folded away beneath. */
export function symbolStages(symbol: SymbolRecord, withParts: boolean): Markup {
  if (symbol.stages.length === 0) return NOTHING;
  return markup`<h4>Stages</h4>${stageTable(symbol.stages, 'Seconds of work; a result from the cache was computed by an earlier run.')}
    ${withParts ? markup`<details class="small"><summary>Every part with its key</summary>${partsTable(symbol.stages)}</details>` : NOTHING}`;
}

function stageTable(stages: readonly StageRecord[], caption: string): Markup {
  const totals = totalsOf(stages);
  const all = totals.reduce((sum, total) => sum + total.seconds, 0);
  return markup`<div class="scroll"><table><caption>${caption}</caption><thead><tr><th scope="col">Stage</th><th scope="col" class="num">Time</th><th scope="col" class="num">Share</th><th scope="col" class="num">Parts</th><th scope="col" class="num">From cache</th><th scope="col">Slowest part</th></tr></thead>
    <tbody>${totals.map((total) => totalRow(total, all))}</tbody></table></div>`;
}

function totalRow(total: StageTotal, all: number): Markup {
  const slowest = total.slowest;
  return markup`<tr><th scope="row">${total.stage}</th><td class="num">${formatSeconds(total.seconds)}</td><td class="num">${formatPercent(all === 0 ? 0 : total.seconds / all)}</td><td class="num">${formatCount(total.parts)}</td><td class="num">${formatCount(total.hits)}</td><td class="whole">${
    slowest === null || slowest.part === '' ? NOTHING : `${slowest.part}, ${formatSeconds(slowest.seconds)}`
  }</td></tr>`;
}

function totalsOf(stages: readonly StageRecord[]): readonly StageTotal[] {
  return STAGE_NAMES.map((stage) => {
    const parts = stages.filter((record) => record.stage === stage);
    const slowest = parts.reduce<StageRecord | null>(
      (found, record) => (found === null || record.seconds > found.seconds ? record : found),
      null,
    );
    return {
      stage,
      parts: parts.length,
      hits: parts.filter((record) => record.cacheHit).length,
      seconds: parts.reduce((sum, record) => sum + record.seconds, 0),
      slowest,
    };
  }).filter((total) => total.parts > 0);
}

function partsTable(stages: readonly StageRecord[]): Markup {
  return markup`<div class="scroll"><table><thead><tr><th scope="col">Stage</th><th scope="col">Part</th><th scope="col" class="num">Time</th><th scope="col">Came from</th><th scope="col">Key</th></tr></thead>
    <tbody>${stages.map(
      (record) =>
        markup`<tr><th scope="row">${record.stage}</th><td>${record.part === '' ? '–' : record.part}</td><td class="num">${formatSeconds(record.seconds)}</td><td>${record.cacheHit ? 'cache' : 'computed'}</td><td><code>${record.key.slice(0, 16)}</code></td></tr>`,
    )}</tbody></table></div>`;
}
