import { ApplicationFailure } from '@temporalio/common';
import type { Fault } from '../../domain/core/result';
import { errorEntry } from '../../shared/names/errors';

/** A pending activity's failure beyond 4 KB is replaced by the server; message and details stay well below. */
const MAX_MESSAGE_CHARACTERS = 1_200;
const MAX_DETAILS_CHARACTERS = 1_500;

/** A crash that happens this often at one key is no accident of the machine any more. */
export const MAX_CRASHES_PER_KEY = 5;

/** The one place where a fault becomes a retryable or a final failure. */
export function failureFrom(
  fault: Fault,
  facts: { readonly crashesSoFar: number; readonly log: string | null },
): ApplicationFailure {
  const entry = errorEntry(fault.code);
  const tooOften = facts.crashesSoFar >= MAX_CRASHES_PER_KEY && COUNTED_CODES.has(fault.code);
  const suffix = tooOften ? ` (the ${String(facts.crashesSoFar)}th time on this input: given up)` : '';
  return ApplicationFailure.create({
    type: fault.code,
    message: `${shorten(fault.message, MAX_MESSAGE_CHARACTERS)}${suffix}`,
    nonRetryable: !entry.retryable || tooOften,
    details: [{ owner: entry.owner, remedy: entry.remedy, log: facts.log, ...smallDetails(fault) }],
  });
}

/** Failures of the work itself, counted in the store: Temporal's attempts also count deploys and pauses. */
const COUNTED_CODES: ReadonlySet<string> = new Set(['TrainerCrashed', 'OutOfMemory', 'DeviceFailure', 'Unexpected']);

function smallDetails(fault: Fault): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(fault.details ?? {});
  return text.length <= MAX_DETAILS_CHARACTERS
    ? { details: fault.details ?? {} }
    : { details: shorten(text, MAX_DETAILS_CHARACTERS) };
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
