import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { History } from '@temporalio/common/lib/proto-utils';

/** What every recording asked of the server, in order: `<scenario>-<workflow>` to its commands. */
export type Fingerprints = Readonly<Record<string, readonly string[]>>;

export const FINGERPRINTS_PATH = join(__dirname, 'fingerprints.json');

type HistoryEvent = NonNullable<History['events']>[number];

/**
 * The commands of a workflow, in the order in which it gave them: what a replay compares. Type and name are kept, values
 * are not. A stage's inputs may change freely, its place may not.
 */
export function fingerprintOf(history: History): readonly string[] {
  return (history.events ?? []).flatMap((event) => commandOf(event) ?? []);
}

export function readFingerprints(): Fingerprints {
  return JSON.parse(readFileSync(FINGERPRINTS_PATH, 'utf8')) as Fingerprints;
}

/** Says what changed and what is to be done, or null where nothing did. */
export function explainChange(name: string, baseline: readonly string[], found: readonly string[]): string | null {
  const at = found.findIndex((command, index) => command !== baseline[index]);
  const first = at === -1 ? found.length : at;
  if (first === found.length && found.length === baseline.length) return null;
  const around = (commands: readonly string[]): string =>
    commands
      .slice(Math.max(0, first - 2), first + 3)
      .map((command, index) => `      ${Math.max(0, first - 2) + index === first ? '>' : ' '} ${command}`)
      .join('\n');
  return [
    `${name}: the commands of this workflow changed at command ${String(first + 1)}.`,
    `    committed:\n${around(baseline) || '      (nothing)'}`,
    `    now:\n${around(found) || '      (nothing)'}`,
    ADVICE,
  ].join('\n');
}

/** What to do about a history that does not replay, or a fingerprint that changed. */
export const ADVICE = `
    A run that is open when this is deployed replays its history on the new code and STOPS here, without failing.
    1. Not meant? Put the command back where it was.
    2. Meant, and runs may be open: keep both ways, if (patched('<id>')) new else old; record the histories anew once it is
       deployed; after the last old run ended deprecatePatch('<id>'), later drop it.
    3. Meant, and every worker is versioned (CANDLEWICK_WORKER_VERSIONING=on): training is PINNED, open runs end on their own
       release while its workers stay up; ./candlewick deploy show says when it is drained.
    4. Nothing open anywhere: record anew with npm run record-histories -- --force, and commit histories and
       fingerprints.json together, saying why.`;

function commandOf(event: HistoryEvent): string | null {
  const activity = event.activityTaskScheduledEventAttributes;
  if (activity != null) return `activity ${activity.activityType?.name ?? ''} as ${activity.activityId ?? ''}`;
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
  if (child != null) return `child ${child.workflowType?.name ?? ''} as ${child.workflowId ?? ''}`;
  const timer = event.timerStartedEventAttributes;
  if (timer != null) return `timer ${timer.timerId ?? ''}`;
  const signal = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
  if (signal != null) return `signal ${signal.signalName ?? ''} to ${signal.workflowExecution?.workflowId ?? ''}`;
  const upsert = event.upsertWorkflowSearchAttributesEventAttributes;
  if (upsert != null)
    return `attributes ${Object.keys(upsert.searchAttributes?.indexedFields ?? {})
      .sort()
      .join(' ')}`;
  if (event.markerRecordedEventAttributes != null)
    return `marker ${event.markerRecordedEventAttributes.markerName ?? ''}`;
  if (event.activityTaskCancelRequestedEventAttributes != null) return 'cancel an activity';
  if (event.requestCancelExternalWorkflowExecutionInitiatedEventAttributes != null) return 'cancel a workflow';
  if (event.timerCanceledEventAttributes != null)
    return `cancel timer ${event.timerCanceledEventAttributes.timerId ?? ''}`;
  if (event.workflowExecutionContinuedAsNewEventAttributes != null) return 'continue as new';
  if (event.workflowExecutionCompletedEventAttributes != null) return 'complete';
  if (event.workflowExecutionFailedEventAttributes != null) return 'fail';
  if (event.workflowExecutionCanceledEventAttributes != null) return 'cancelled';
  return null;
}
