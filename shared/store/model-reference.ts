import type { ModelAlias } from '../contracts/registry';
import { MODEL_ALIASES } from '../contracts/registry';
import { StoreError } from './port';

/** What a person means by `daily/XAG-h20@champion`, `…@3`, or the name alone (its champion). */
export interface ModelReference {
  readonly model: string;
  readonly wanted: ModelAlias | number;
  /** Whether the alias or number was said, and not left to be the champion. */
  readonly isExplicit: boolean;
}

/** The model and the alias or number that a reference names. Throws `ModelUnknown` for anything else after the `@`. */
export function parseReference(reference: string): ModelReference {
  const at = reference.lastIndexOf('@');
  if (at < 0) return { model: reference, wanted: 'champion', isExplicit: false };
  const [model, given] = [reference.slice(0, at), reference.slice(at + 1)];
  const alias = MODEL_ALIASES.find((known) => known === given);
  if (alias !== undefined) return { model, wanted: alias, isExplicit: true };
  if (/^[1-9]\d{0,8}$/.test(given)) return { model, wanted: Number(given), isExplicit: true };
  throw new StoreError(
    'ModelUnknown',
    `'${reference}' names no version: expected ${MODEL_ALIASES.join(', ')} or a number after the @`,
  );
}
