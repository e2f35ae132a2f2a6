import type { Client, ScheduleHandle } from '@temporalio/client';
import { QUEUES } from '../../shared/names/queues';
import type { CommandContext } from '../command-context';
import { enterAudit } from '../operate/enter-audit';
import type { ReasonFlags } from '../operate/reason';
import { isErrorNamed } from '../run-failure';
import { workersOf } from '../runtime/activities';
import { withClient } from '../runtime/client';
import { UsageError } from '../usage-error';

/** Works on a schedule of the server that is already there. Throws a UsageError where there is none of that name. */
export async function withSchedule<T>(
  context: CommandContext,
  id: string,
  work: (schedule: ScheduleHandle, client: Client) => Promise<T>,
): Promise<T> {
  return withClient(context, async (client) => {
    try {
      return await work(client.schedule.getHandle(id), client);
    } catch (error) {
      if (!isErrorNamed(error, 'ScheduleNotFoundError')) throw error;
      const known = await scheduleNames(client);
      const which =
        known.length === 0
          ? 'there is none yet; make one with ./candlewick schedule apply'
          : `there are ${known.join(', ')}`;
      throw new UsageError(`there is no schedule '${id}': ${which}`);
    }
  });
}

async function scheduleNames(client: Client): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) names.push(scheduleId);
  return names.sort();
}

/** Enters in the audit log what was done to a schedule. */
export function recordScheduleChange(
  context: CommandContext,
  id: string,
  reason: ReasonFlags,
  { did, details }: { readonly did: string; readonly details: Readonly<Record<string, unknown>> },
): Promise<void> {
  const entry = { action: 'schedule-changed', subject: `schedule ${id}`, details: { did, ...details } } as const;
  return enterAudit(context, entry, reason, `${did} by command`);
}

/** What a schedule starts stands still until a worker takes it: told where none is up. */
export async function sayIfNoWorker({ say }: CommandContext, client: Client): Promise<void> {
  if ((await workersOf(client, QUEUES.control, 'workflows')).length > 0) return;
  say('no worker is up: what the schedule starts waits until one is (./candlewick dev, or ./candlewick worker)');
}
