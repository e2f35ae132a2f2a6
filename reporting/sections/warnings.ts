import type { SymbolRecord } from '../../shared/contracts/run-record';
import { FAMILY_LABELS } from '../family-names';
import { formatCount } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

const PLACES_SHOWN = 8;

/** Every warning of every evaluation, equal sentences together with the models they were said of. */
export function warningsSection(symbols: readonly SymbolRecord[]): Markup {
  const places = new Map<string, string[]>();
  for (const symbol of symbols) {
    for (const model of symbol.models) {
      const place = `${symbol.symbol} ${model.horizonBars} bars ${FAMILY_LABELS[model.family]}`;
      for (const warning of model.evaluation.warnings) places.set(warning, [...(places.get(warning) ?? []), place]);
    }
  }
  if (places.size === 0) return NOTHING;
  const items = [...places].map(
    ([warning, names]) => markup`<li>${warning}<br><span class="muted small">${placesText(names)}</span></li>`,
  );
  return markup`<section class="card alert" aria-labelledby="warnings"><h2 id="warnings">Read before trusting a number</h2><ul>${items}</ul></section>`;
}

function placesText(names: readonly string[]): string {
  const shown = names.slice(0, PLACES_SHOWN).join('; ');
  const left = names.length - PLACES_SHOWN;
  return left > 0 ? `${shown}; and ${formatCount(left)} more` : shown;
}
