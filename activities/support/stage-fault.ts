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
  const message = messageOf(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const causes = causesOf(error).map(messageOf);
  const details = { ...(error instanceof StageFault ? error.details : {}), ...(causes.length === 0 ? {} : { causes }) };
  return { code: isKnownCode(code) ? code : 'Unexpected', message, details };
}

/** Longer chains are loops, or say nothing more. */
const MAX_CAUSES = 8;

/** What stood behind an error, the nearest first. */
function causesOf(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  let at = error;
  while (at instanceof Error && at.cause !== undefined && found.length < MAX_CAUSES && !found.includes(at.cause)) {
    found.push(at.cause);
    at = at.cause;
  }
  return found;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An error for a log: its stack, the details of a fault, and the same of everything that stood behind it. */
export function wholeError(error: unknown): string {
  return [error, ...causesOf(error)].map(errorText).join('\ncaused by: ');
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stack: ofChild, ...others } = error instanceof StageFault ? error.details : {};
  // What the child said stands in the log by itself.
  const details = Object.fromEntries(Object.entries(others).filter(([name]) => name !== 'stderrTail'));
  const stack = typeof ofChild === 'string' ? ofChild : (error.stack ?? error.message);
  return Object.keys(details).length === 0 ? stack : `${stack}\ndetails: ${JSON.stringify(details, null, 2)}`;
}
