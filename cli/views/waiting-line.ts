import type { UniverseProgress } from '../../shared/names/messages';

const MAX_NAMED = 12;

/** Whose bars a run waits for, since when they are missing, and until when; null where it waits for none. */
export function waitingLine({ waitingFor }: UniverseProgress): string | null {
  if (waitingFor === undefined) return null;
  const named = waitingFor.symbols
    .slice(0, MAX_NAMED)
    .map(({ symbol, newestMs, trouble }) => `${symbol} (${newestOf(newestMs, trouble)})`);
  const rest = waitingFor.symbols.length - named.length;
  const more = rest > 0 ? ` and ${String(rest)} more` : '';
  return `waiting for bars of ${named.join(', ')}${more} until ${isoOf(waitingFor.untilMs)}`;
}

function isoOf(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

function newestOf(newestMs: number | null, trouble: string | undefined): string {
  if (trouble !== undefined) return `${trouble}: its source could not be asked`;
  return newestMs === null ? 'no bars yet' : `newest bar ${isoOf(newestMs)}`;
}
