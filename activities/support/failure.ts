import { ApplicationFailure } from '@temporalio/common';
import type { Fault } from '../../domain/core/result';
import type { ErrorEntry } from '../../shared/names/errors';
import { errorEntry } from '../../shared/names/errors';
import { failurePanel } from './failure-panel';
import type { FailurePlace } from './failure-place';
import { plain, serialisedBytes, shorten, shortenStart } from './shorten';
import type { Ladder } from './stage-definition';

/**
 * The failure of an activity that is tried again is replaced by the server beyond 4 KB; a final failure is kept whole, and
 * may list every fault. A codec that encrypts failures adds some three hundred bytes.
 */
const MAX_RETRIED_BYTES = 3_300;
const MAX_RETRIED_MESSAGE_BYTES = 1_000;
const MAX_FINAL_MESSAGE_BYTES = 8_000;
const MAX_DETAILS_BYTES = 1_000;
/** Of the sentences of all rungs, at the ladder's end. */
const MAX_HISTORY_BYTES = 1_200;
const MAX_LOG_BYTES = 320;
const MAX_RUNG_BYTES = 200;
const MAX_HOST_BYTES = 120;
/** What message and details are allowed, in steps, until the whole fits. */
const SHARES = [1, 0.7, 0.45, 0.25, 0.1, 0.02];

/** A crash that happens this often at one key is no accident of the machine any more. */
const MAX_CRASHES_PER_KEY = 5;

export interface FailureFacts {
  readonly timesSoFar: number;
  /** Where the log of the attempt is: in the store, else on the worker's disk. */
  readonly log: string | null;
  readonly ladder: Ladder | null;
  readonly place?: FailurePlace;
}

/** The one place where a fault becomes a retryable or a final failure. */
export function failureFrom(fault: Fault, facts: FailureFacts): ApplicationFailure {
  const entry = errorEntry(fault.code);
  const { ladder } = facts;
  const climbs = ladder !== null;
  const tooOften = !climbs && facts.timesSoFar >= MAX_CRASHES_PER_KEY && COUNTED_CODES.has(fault.code);
  const suffix = tooOften ? ` (the ${String(facts.timesSoFar)}th time on this input: given up)` : endOf(ladder);
  // The workflow goes on with the next rung, in an execution of its own.
  const nonRetryable = !entry.retryable || tooOften || climbs;
  const maxMessageBytes = entry.retryable ? MAX_RETRIED_MESSAGE_BYTES : MAX_FINAL_MESSAGE_BYTES;
  const pauseMs = pauseOf(fault);
  const build = (share: number): ApplicationFailure => {
    const message = `${shorten(fault.message, maxMessageBytes * share)}${suffix}`;
    const details = detailsOf(fault, entry, facts, MAX_DETAILS_BYTES * share);
    const failure = ApplicationFailure.create({
      type: fault.code,
      message,
      nonRetryable,
      details: [details],
      ...(pauseMs === null ? {} : { nextRetryDelay: pauseMs }),
    });
    // The stack would be that of this file, with the whole message in it once more: the UI shows this text in its place.
    failure.stack = failurePanel(fault.code, entry, nonRetryable, placeOf(facts));
    return failure;
  };
  if (nonRetryable) return build(1);
  for (const share of SHARES) {
    const failure = build(share);
    if (serialisedBytes(failure) <= MAX_RETRIED_BYTES) return failure;
  }
  return build(0);
}

/** Longer than this nobody waits: a wrong clock at the other end must not hold a run for days. */
const MAX_PAUSE_MS = 24 * 3_600_000;
/** The server's own resolution. */
const MIN_PAUSE_MS = 1_000;

/** How long whoever was asked wants to be left alone; null: the policy of the workflow decides. */
function pauseOf({ details }: Fault): number | null {
  const pauseMs = details?.retryAfterMs;
  if (typeof pauseMs !== 'number' || !Number.isFinite(pauseMs)) return null;
  return Math.ceil(Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, pauseMs)));
}

function endOf(ladder: Ladder | null): string {
  if (ladder?.kind !== 'end') return '';
  return ladder.history === ''
    ? ' There is no rung below.'
    : ` All rungs were tried: ${shorten(ladder.history, MAX_HISTORY_BYTES)}`;
}

/** Failures of the work itself, counted in the store: Temporal's attempts also count deploys and pauses. */
const COUNTED_CODES: ReadonlySet<string> = new Set(['TrainerCrashed', 'OutOfMemory', 'DeviceFailure', 'Unexpected']);

/** The same facts as the panel's, for programs. */
function detailsOf(fault: Fault, { owner, remedy }: ErrorEntry, facts: FailureFacts, limitBytes: number): object {
  const { log, place, next } = placeOf(facts);
  return {
    owner,
    remedy,
    log,
    ...place,
    ...(next === null ? {} : { next }),
    ...(facts.ladder?.kind === 'down' ? { stepDown: facts.ladder.stepDown } : {}),
    ...smallDetails(fault, limitBytes),
  };
}

/** Where it was, cut to what a card has room for. */
function placeOf({ log, place, ladder }: FailureFacts) {
  const next = ladder?.kind === 'down' ? (ladder.stepDown.rungs.at(-1)?.note ?? null) : null;
  return {
    log: log === null ? null : shortenStart(plain(log), MAX_LOG_BYTES),
    place:
      place === undefined
        ? undefined
        : {
            host: shorten(plain(place.host), MAX_HOST_BYTES),
            rung: place.rung === null ? null : shorten(plain(place.rung), MAX_RUNG_BYTES),
            checkpoint: place.checkpoint,
          },
    next: next === null ? null : shorten(plain(next), MAX_RUNG_BYTES),
  };
}

function smallDetails(fault: Fault, limitBytes: number): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(fault.details ?? {});
  if (Buffer.byteLength(text) <= limitBytes) return { details: fault.details ?? {} };
  const cut = shorten(text, limitBytes);
  // Text is escaped once more on its way, and quotes then count twice.
  const growth = Buffer.byteLength(JSON.stringify(cut)) / Math.max(1, Buffer.byteLength(cut));
  return { details: shorten(cut, Math.floor(limitBytes / growth)) };
}
