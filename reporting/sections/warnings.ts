import type { SymbolRecord } from '../../shared/contracts/run-record';
import { familyLabel } from '../family-names';
import { formatCount } from '../format';
import { markup, NOTHING, type Markup } from '../markup';

const PLACES_SHOWN = 8;

interface Said {
  readonly sentence: string;
  readonly place: string;
}

/** Every warning of every evaluation; sentences that differ in their numbers alone stand together, with their models. */
export function warningsSection(symbols: readonly SymbolRecord[]): Markup {
  const said = symbols.flatMap((symbol) =>
    symbol.models.flatMap((model) => {
      const place = `${symbol.symbol} ${model.horizonBars} bars ${familyLabel(model.family)}`;
      return model.evaluation.warnings.map((sentence): Said => ({ sentence, place }));
    }),
  );
  if (said.length === 0) return NOTHING;
  return markup`<section class="card alert" aria-labelledby="warnings"><h2 id="warnings">Read before trusting a number</h2><ul>${groupsOf(said).map(groupItem)}</ul></section>`;
}

function groupsOf(said: readonly Said[]): readonly (readonly Said[])[] {
  const groups = new Map<string, Said[]>();
  for (const one of said) {
    const kind = one.sentence.replace(/[-−]?\d+(?:\.\d+)?/g, '#');
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

function groupItem(group: readonly Said[]): Markup {
  const first = group[0];
  if (first === undefined) return NOTHING;
  const hasOneSentence = group.every((one) => one.sentence === first.sentence);
  const rest = placesText(group.slice(1));
  const places =
    rest === ''
      ? first.place
      : hasOneSentence
        ? `${first.place}; ${rest}`
        : `${first.place}. The same with other numbers: ${rest}`;
  return markup`<li>${first.sentence}<br><span class="muted small">${places}</span></li>`;
}

function placesText(group: readonly Said[]): string {
  const shown = group.slice(0, PLACES_SHOWN).map((one) => one.place);
  const left = group.length - PLACES_SHOWN;
  return left > 0 ? `${shown.join('; ')}; and ${formatCount(left)} more` : shown.join('; ');
}
