import { randomUUID } from 'node:crypto';
import type { Client, ScheduleHandle } from '@temporalio/client';
import { QUEUES } from '../../shared/names/queues';
import { actorName } from '../../shared/runtime/actor';
import { createAuditLog } from '../../shared/store/audit-log';
import { openObjectStore } from '../../shared/store/open-store';
import type { CommandContext } from '../command-context';
import { isErrorNamed } from '../run-failure';
import { withClient } from '../runtime/client';
import { UsageError } from '../usage-error';

/** Who changes something, and why; left out, the user of the machine and a sentence of the command's own. */
export interface Reason {
  readonly who?: string;
  readonly why?: string;
}

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
export async function recordScheduleChange(
  { settings }: CommandContext,
  id: string,
  { who, why }: Reason,
  change: { readonly did: string; readonly details: Readonly<Record<string, unknown>> },
): Promise<void> {
  await createAuditLog(openObjectStore(settings)).append(randomUUID(), {
    at: new Date().toISOString(),
    who: actorName(who),
    action: 'schedule-changed',
    subject: `schedule ${id}`,
    why: why?.trim() ?? `${change.did} by command`,
    details: { did: change.did, ...change.details },
  });
}

/** What a schedule starts stands still until a worker takes it: told where none is up. */
export async function sayIfNoWorker({ settings, say }: CommandContext, client: Client): Promise<void> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: settings.namespace,
    taskQueue: { name: QUEUES.control },
  });
  if (pollers.length > 0) return;
  say('no worker is up: what the schedule starts waits until one is (./candlewick dev, or ./candlewick worker)');
}
