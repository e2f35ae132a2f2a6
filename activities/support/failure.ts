import { ApplicationFailure } from '@temporalio/common';
import type { Fault } from '../../domain/core/result';
import { errorEntry } from '../../shared/names/errors';
import type { Ladder } from './stage-definition';

/**
 * The failure of an activity that is tried again is replaced by the server beyond 4 KB; a final failure is kept whole, and
 * may list every fault.
 */
const MAX_RETRIED_MESSAGE_BYTES = 1_200;
const MAX_FINAL_MESSAGE_BYTES = 8_000;
const MAX_DETAILS_BYTES = 1_000;

/** A crash that happens this often at one key is no accident of the machine any more. */
const MAX_CRASHES_PER_KEY = 5;

/** The one place where a fault becomes a retryable or a final failure. */
export function failureFrom(
  fault: Fault,
  facts: { readonly timesSoFar: number; readonly log: string | null; readonly ladder: Ladder | null },
): ApplicationFailure {
  const entry = errorEntry(fault.code);
  const isFinal = !entry.retryable;
  const limit = isFinal ? MAX_FINAL_MESSAGE_BYTES : MAX_RETRIED_MESSAGE_BYTES;
  const { ladder } = facts;
  const climbs = ladder !== null;
  const tooOften = !climbs && facts.timesSoFar >= MAX_CRASHES_PER_KEY && COUNTED_CODES.has(fault.code);
  const suffix = tooOften ? ` (the ${String(facts.timesSoFar)}th time on this input: given up)` : endOf(ladder);
  const failure = ApplicationFailure.create({
    type: fault.code,
    message: `${shorten(fault.message, limit)}${suffix}`,
    // The workflow goes on with the next rung, in an execution of its own.
    nonRetryable: isFinal || tooOften || climbs,
    details: [
      {
        owner: entry.owner,
        remedy: entry.remedy,
        log: facts.log,
        ...(ladder?.kind === 'down' ? { stepDown: ladder.stepDown } : {}),
        ...smallDetails(fault),
      },
    ],
  });
  // The stack would be that of this file, with the whole message in it once more.
  failure.stack = `${fault.code}: see the message`;
  return failure;
}

function endOf(ladder: Ladder | null): string {
  if (ladder?.kind !== 'end') return '';
  return ladder.history === ''
    ? ' There is no rung below.'
    : ` All rungs were tried: ${shorten(ladder.history, MAX_RETRIED_MESSAGE_BYTES)}`;
}

/** Failures of the work itself, counted in the store: Temporal's attempts also count deploys and pauses. */
const COUNTED_CODES: ReadonlySet<string> = new Set(['TrainerCrashed', 'OutOfMemory', 'DeviceFailure', 'Unexpected']);

function smallDetails(fault: Fault): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(fault.details ?? {});
  if (Buffer.byteLength(text) <= MAX_DETAILS_BYTES) return { details: fault.details ?? {} };
  const cut = shorten(text, MAX_DETAILS_BYTES);
  // Text is escaped once more on its way, and quotes then count twice.
  const growth = Buffer.byteLength(JSON.stringify(cut)) / Buffer.byteLength(cut);
  return { details: shorten(cut, Math.floor(MAX_DETAILS_BYTES / growth)) };
}

/** Cut at a character, not inside one. */
function shorten(text: string, limitBytes: number): string {
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const cut = Buffer.from(text)
    .subarray(0, limitBytes - 4)
    .toString('utf8');
  return `${cut.replace(/\uFFFD$/u, '')}…`;
}
