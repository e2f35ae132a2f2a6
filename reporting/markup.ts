/** A piece of HTML that may stand in the page as it is: either built by `markup` or declared safe by `trusted`. */
export interface Markup {
  readonly text: string;
}

/** What may stand inside a `markup` template. Texts and numbers are escaped, null leaves nothing. */
export type Piece = Markup | string | number | null | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes a text safe inside an element and inside a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Takes text as HTML without escaping; only for what this room itself made (style, script, drawn charts). */
export function trusted(text: string): Markup {
  return { text };
}

/** Template tag that builds HTML: every value put in is escaped unless it is markup already. Lists are joined. */
export function markup(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const parts = literals.map((literal, index) => {
    const piece = pieces[index];
    return literal.replace(/\n\s*/g, '\n') + (piece === undefined ? '' : textOf(piece));
  });
  return { text: parts.join('') };
}

/** A sentence in which parts between backticks are shown as code. */
export function withCode(sentence: string): Markup {
  return markup`${sentence.split('`').map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part))}`;
}

export const NOTHING: Markup = { text: '' };

function textOf(piece: Piece): string {
  if (piece === null) return '';
  if (typeof piece === 'string') return escapeText(piece);
  if (typeof piece === 'number') return String(piece);
  return isList(piece) ? piece.map(textOf).join('') : piece.text;
}

function isList(piece: Markup | readonly Piece[]): piece is readonly Piece[] {
  return Array.isArray(piece);
}
