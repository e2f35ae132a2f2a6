import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
  isCancellation,
} from '@temporalio/workflow';
import type { Failure, SymbolResult } from '../shared/contracts/run';
import type { StageName } from '../shared/names/stages';

/** Peels Temporal's layers off an error, down to what really happened, as a code of the error table and one sentence. */
export function failureOf(error: unknown, stage: StageName | null): Failure {
  if (isCancellation(error)) return { code: 'Cancelled', message: 'cancelled before it was done', stage };
  const root = rootCause(error);
  if (root instanceof ApplicationFailure) {
    return { code: root.type ?? 'Unexpected', message: shorten(root.message), stage };
  }
  if (root instanceof TimeoutFailure) {
    return { code: 'WorkerLost', message: `no sign of life (${root.timeoutType}): ${root.message}`, stage };
  }
  return { code: 'Unexpected', message: root instanceof Error ? root.message : String(root), stage };
}

/** Results of hundreds of symbols travel in one payload; the whole message stands in the activity's failure. */
const MAX_MESSAGE_CHARACTERS = 1_000;

function shorten(message: string): string {
  return message.length <= MAX_MESSAGE_CHARACTERS ? message : `${message.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…`;
}

/** The result that a failed symbol put into its failure, or null where it died before it could. */
export function symbolResultOf(error: unknown): SymbolResult | null {
  const root = rootCause(error);
  if (!(root instanceof ApplicationFailure)) return null;
  const [first] = root.details ?? [];
  return isSymbolResult(first) ? first : null;
}

function rootCause(error: unknown): unknown {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) {
    return error.cause === undefined ? error : rootCause(error.cause);
  }
  if (error instanceof CancelledFailure) return error;
  return error;
}

function isSymbolResult(value: unknown): value is SymbolResult {
  return typeof value === 'object' && value !== null && 'symbol' in value && 'status' in value && 'record' in value;
}
