import type { RunConfig } from '../../shared/contracts/config/schema';

/** The server keeps summaries of up to 400 bytes. */
const MAX_CHARACTERS = 120;

/** What a run trains on, in a few words: shown beside its name on the terminal and in the UI's list. */
export function runSummary({ source, symbols }: RunConfig): string {
  const bars =
    source.kind === 'generated' ? `${String(source.symbolCount)} generated symbols` : source.paths.join(', ');
  const text = symbols === null ? bars : `${symbols.join(', ')} of ${bars}`;
  return text.length <= MAX_CHARACTERS ? text : `…${text.slice(1 - MAX_CHARACTERS)}`;
}
