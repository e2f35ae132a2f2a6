import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { rootRunId } from '../../shared/names/ids';
import type { Redact } from '../../shared/runtime/redact';
import type { ActivityLogStore } from '../../shared/store/activity-logs';
import { createEventLines } from './event-lines';
import type { StageProgress } from './stage-definition';
import { TextTail } from './text-tail';

/** What happened in one attempt of an activity, kept in memory and written to the store where it does not end well. */
export interface ActivityLog {
  /** One line: what happened now. */
  readonly note: (event: string) => void;
  /** Enters new checkpoints, rungs and epochs as they come. */
  readonly progress: (progress: StageProgress) => void;
  /** What the compute child says on its standard error. */
  readonly childSaid: (text: string) => void;
  /**
   * Writes the log with how it ended. Returns where it is in the store, or null where it could not be written in time: a log
   * never fails an activity, nor keeps it waiting for long.
   */
  readonly close: (ending: string) => Promise<string | null>;
}

/** Opens the log of the attempt that is running here and now, for a run. */
export interface ActivityLogs {
  readonly open: (runId: string) => ActivityLog;
  readonly redact: Redact;
}

/** Of the child's standard error; with the events below a quarter of a megabyte. */
const MAX_CHILD_BYTES = 192 * 1024;
const MAX_EVENT_BYTES = 56 * 1024;
const MAX_ENDING_BYTES = 8 * 1024;
/** A store that does not take the log within this time goes without: the failure must be told. */
const WRITE_WITHIN_MS = 5_000;

export function createActivityLogs(
  store: Pick<ActivityLogStore, 'write'>,
  redact: Redact,
  now: () => number = Date.now,
): ActivityLogs {
  return {
    redact,
    open: (givenRunId) => {
      const { info } = Context.current();
      const { activityId, attempt } = info;
      const runId = rootRunId(givenRunId);
      const startedAtMs = now();
      const events = new TextTail(MAX_EVENT_BYTES);
      const child = new TextTail(MAX_CHILD_BYTES);
      const note = (event: string): void => events.push(`${stamp(now())}  ${event}\n`);
      note(
        `attempt ${String(attempt)} started on ${hostname()}#${String(process.pid)}, queue ${info.taskQueue}` +
          (attempt > 1 ? `, scheduled ${stamp(info.currentAttemptScheduledTimestampMs)}` : ''),
      );
      const linesOf = createEventLines();
      return {
        note,
        progress: (progress) => linesOf(progress).forEach(note),
        childSaid: (text) => child.push(text),
        close: async (ending) => {
          const head = [
            `candlewick activity log`,
            `run       ${runId}`,
            `workflow  ${info.workflowExecution?.workflowId ?? ''} (${info.workflowExecution?.runId ?? ''})`,
            `activity  ${activityId} (${info.activityType}), attempt ${String(attempt)}`,
            `worker    ${hostname()}#${String(process.pid)}`,
            `started   ${new Date(startedAtMs).toISOString()}, ended ${new Date(now()).toISOString()}`,
          ].join('\n');
          const text = redact(
            [
              head,
              `\n--- events\n${events.read()}`,
              `--- end\n${new TextTail(MAX_ENDING_BYTES, ending).read()}`,
              `\n--- standard error of the compute process\n${child.read() || '(nothing)\n'}`,
            ].join('\n'),
          );
          const written = store.write({ runId, activityId, attempt }, text).catch(() => null);
          // The wait must not keep a process alive that is done.
          return Promise.race([written, sleep(WRITE_WITHIN_MS, null, { ref: false })]);
        },
      };
    },
  };
}

function stamp(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(11, 23);
}
