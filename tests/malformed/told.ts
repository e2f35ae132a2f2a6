import { isErrorCode } from '../../shared/names/errors';

/** Sentences that a program says when it stumbled rather than refused. */
const STUMBLES =
  /is not a function|is not iterable|cannot read propert|cannot convert|undefined \(|\[object \w+\]|maximum call stack|unexpected end of json|is not defined/i;
const STUMBLED_NAMES = new Set([
  'TypeError',
  'ReferenceError',
  'SyntaxError',
  'InternalError',
  'EvalError',
  'URIError',
]);
const SHORTEST = 10;

/** Whether a refusal says something to a person: a sentence, and no stumbling of the program shown as one. */
export function assertTold(error: unknown, given: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? error.message : String(error);
  if (!STUMBLED_NAMES.has(name) && message.length >= SHORTEST && !STUMBLES.test(message)) return;
  throw new Error(`${name}: ${message}\nis no answer to ${preview(given)}`, { cause: error });
}

/** The same for a fault as the domain gives it: with a code of the error table. */
export function assertFault(fault: { readonly code: string; readonly message: string }, given: unknown): void {
  if (!isErrorCode(fault.code) || fault.code === 'Unexpected')
    throw new Error(`${fault.code}: ${fault.message}\nis no code for ${preview(given)}`);
  assertTold(new Error(fault.message), given);
}

export function preview(given: unknown): string {
  const text =
    typeof given === 'string'
      ? given
      : (JSON.stringify(given, (_, value: unknown) => shown(value)) as string | undefined);
  return (text ?? 'undefined').slice(0, 500);
}

function shown(value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function' ? String(value) : value;
}
