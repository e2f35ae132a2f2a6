import type { Client, ScheduleDescription } from '@temporalio/client';
import { WORKFLOWS } from '../../shared/names/queues';
import type { CommandContext } from '../command-context';
import { withClient } from '../runtime/client';
import { isErrorNamed } from '../run-failure';
import { actualFacts } from '../schedule/schedule-facts';
import { EXIT } from '../usage-error';
import { printJson } from '../views/print-json';
import { stamp } from '../views/stamp';
import { textTable } from '../views/text-table';

/** `candlewick schedule list`: when each schedule starts retrains, what it did last and does next. */
export async function scheduleListCommand(
  context: CommandContext,
  { json }: { readonly json?: boolean },
): Promise<number> {
  return withClient(context, async (client) => {
    const schedules = await describeAll(client);
    if (json === true) printJson(context, schedules.map(asDocument));
    else if (schedules.length === 0) context.print('no schedules yet; make one with ./candlewick schedule apply');
    else context.print(textTable(['schedule', 'set', 'when', 'state', 'last', 'next (UTC)'], schedules.map(asRow)));
    return EXIT.done;
  });
}

async function describeAll(client: Client): Promise<readonly ScheduleDescription[]> {
  const found: ScheduleDescription[] = [];
  for await (const { scheduleId, action } of client.schedule.list()) {
    if (action?.workflowType !== WORKFLOWS.dailyRetrain) continue;
    const described = await describeIfThere(client, scheduleId);
    if (described !== null) found.push(described);
  }
  return found.sort((a, b) => (a.scheduleId < b.scheduleId ? -1 : 1));
}

/** null for one that was deleted since it was listed. */
async function describeIfThere(client: Client, id: string): Promise<ScheduleDescription | null> {
  try {
    return await client.schedule.getHandle(id).describe();
  } catch (error) {
    if (isErrorNamed(error, 'ScheduleNotFoundError')) return null;
    throw error;
  }
}

function asRow(schedule: ScheduleDescription): readonly string[] {
  const { at = '', days = '', timeZone = '', 'retrain.set': set = '' } = actualFacts(schedule);
  const { state, info } = schedule;
  return [
    schedule.scheduleId,
    set,
    `${at} ${days} ${timeZone}`,
    state.paused ? `paused: ${state.note ?? ''}` : info.runningActions.length > 0 ? 'running' : 'waiting',
    info.recentActions.at(-1)?.action.workflow.workflowId ?? '',
    state.paused ? '' : stamp(info.nextActionTimes[0]),
  ];
}

function asDocument(schedule: ScheduleDescription): object {
  const { scheduleId, state, info } = schedule;
  return {
    id: scheduleId,
    ...actualFacts(schedule),
    paused: state.paused,
    note: state.note ?? null,
    next: info.nextActionTimes.map((time) => time.toISOString()),
    recent: info.recentActions.map(({ scheduledAt, takenAt, action }) => ({
      scheduledAt: scheduledAt.toISOString(),
      takenAt: takenAt.toISOString(),
      workflowId: action.workflow.workflowId,
    })),
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
    taken: info.numActionsTaken,
    missed: info.numActionsMissedCatchupWindow,
    skipped: info.numActionsSkippedOverlap,
  };
}
