import { firstMessageLine, invalidSource } from '../files/source-faults';
import { SourceError } from '../port';
import { excerpt } from './redact';

/** What a page is called in messages, and how text of the vendor is shown in them. */
export interface PagePlace {
  readonly origin: string;
  readonly redact: (text: string) => string;
}

/** The text of a page. Throws InvalidSource where it is not UTF-8. */
export function utf8Text(body: Uint8Array, { origin }: PagePlace): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw invalidSource(origin, 'the answer is not UTF-8 text', {}, cause);
  }
}

/**
 * The document in a page. Throws SourceUnavailable where it ends in its midst (another try may bring it whole), InvalidSource
 * with its first characters where it is something else: a web page, say.
 */
export function parseJsonPage(body: Uint8Array, place: PagePlace): unknown {
  const text = utf8Text(body, place);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (isCut(text, cause)) {
      throw new SourceError(
        'SourceUnavailable',
        `${place.origin}: the JSON is cut off after ${text.length} characters`,
      );
    }
    throw invalidSource(place.origin, `no JSON but ${shown(body, place)}`);
  }
}

export function shown(body: Uint8Array, { redact }: PagePlace): string {
  const text = redact(excerpt(body));
  return text === '' ? 'an empty answer' : `'${text}'`;
}

/** The value at a path; undefined where there is none. */
export function atPath(json: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return Object.hasOwn(inner, key) ? (inner as Readonly<Record<string, unknown>>)[key] : undefined;
  }, json);
}

/** Whether the text is the beginning of a document: it opens one, and what the reader stumbled over is its end. */
function isCut(text: string, cause: unknown): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  const message = firstMessageLine(cause);
  if (/Unexpected end of JSON input|Unterminated string|end of data/i.test(message)) return true;
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return position !== undefined && Number(position) >= text.trimEnd().length;
}
