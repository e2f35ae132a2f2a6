import type { Fault, Result } from '../../domain/core/result';

/** A fault of domain code on its way to the one place that decides whether it is retried. */
export class StageFault extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = fault.code;
    this.code = fault.code;
    this.details = fault.details ?? {};
  }
}

/** The value of a result; throws its fault. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new StageFault(result.fault);
}

/** The fault inside any error: its own code where it has one of the error table, else Unexpected. */
export function faultOf(error: unknown, isKnownCode: (code: string) => boolean): Fault {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const details = error instanceof StageFault ? error.details : {};
  return { code: isKnownCode(code) ? code : 'Unexpected', message, details };
}
