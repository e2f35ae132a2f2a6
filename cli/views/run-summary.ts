import type { RunConfig } from '../../shared/contracts/config/schema';

/** The server keeps summaries of up to 400 bytes. */
const MAX_CHARACTERS = 120;

/** What a run trains on, in a few words: shown beside its name on the terminal and in the UI's list. */
export function runSummary({ source, symbols }: RunConfig): string {
  const text = symbols === null ? barsOf(source) : `${symbols.join(', ')} of ${barsOf(source)}`;
  return text.length <= MAX_CHARACTERS ? text : `…${text.slice(1 - MAX_CHARACTERS)}`;
}

function barsOf(source: RunConfig['source']): string {
  switch (source.kind) {
    case 'generated':
      return `${String(source.symbolCount)} generated symbols`;
    case 'files':
      return source.paths.join(', ');
    case 'http':
      return `vendor ${source.vendor}`;
  }
}
