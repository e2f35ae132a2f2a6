/**
 * The outcome of domain code: a value, or a fault that the caller must look at.
 *
 * Domain code never throws for bad input; an activity alone turns a fault into a retryable or final failure.
 */
export type Result<T, F = Fault> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: F };

/** A fault: its code in the error table (`shared/names/errors.ts`), one sentence for a person, and small JSON details. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

/** Builds a failed result. `message` says what was given, what was expected and what to do. */
export function fail(code: string, message: string, details?: Readonly<Record<string, unknown>>): Result<never> {
  return { ok: false, fault: details === undefined ? { code, message } : { code, message, details } };
}
