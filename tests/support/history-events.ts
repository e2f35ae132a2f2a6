import { defaultPayloadConverter } from '@temporalio/common';
import type { History, Payload } from '@temporalio/common/lib/proto-utils';

type HistoryEvent = NonNullable<History['events']>[number];

export interface ScheduledActivity {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  readonly summary: string | null;
}

/** The activities of a history in the order in which the workflow asked for them. */
export function scheduledActivities(history: History): readonly ScheduledActivity[] {
  return eventsOf(history).flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled == null) return [];
    return {
      id: scheduled.activityId ?? '',
      type: scheduled.activityType?.name ?? '',
      queue: scheduled.taskQueue?.name ?? '',
      summary: text(event.userMetadata?.summary),
    };
  });
}

/** The children of a history, by workflow id, with their type and summary. */
export function startedChildren(history: History) {
  return eventsOf(history).flatMap((event) => {
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (child == null) return [];
    return {
      id: child.workflowId ?? '',
      type: child.workflowType?.name ?? '',
      summary: text(event.userMetadata?.summary),
    };
  });
}

/** The kinds of the events, without prefix and suffix: `activityTaskScheduled`. */
export function eventKinds(history: History): readonly string[] {
  return eventsOf(history).map((event) => {
    const attributes = Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? 'unknown';
    return attributes.replace('EventAttributes', '');
  });
}

function eventsOf(history: History): readonly HistoryEvent[] {
  return history.events ?? [];
}

function text(payload: Payload | null | undefined): string | null {
  return payload == null ? null : defaultPayloadConverter.fromPayload<string>(payload);
}
