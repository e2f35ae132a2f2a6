import type { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';

/** Temporal's own reason (cancelled, paused, worker shutdown): only it tells the server what to do next. */
export async function cancellationOf(activity: Context): Promise<unknown> {
  try {
    await activity.cancelled;
  } catch (error) {
    return error;
  }
  return new CancelledFailure('CANCELLED');
}
