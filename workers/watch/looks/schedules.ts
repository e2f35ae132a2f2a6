import type { Client, ScheduleDescription } from '@temporalio/client';

/** Schedules of one namespace are a handful; more would make labels without end. */
const MAX_SCHEDULES = 20;

export type ScheduleLook = Pick<ScheduleDescription, 'scheduleId' | 'state' | 'info'>;

/** What the server says of the schedules of the namespace. */
export async function lookAtSchedules(client: Client): Promise<readonly ScheduleLook[]> {
  const found: string[] = [];
  for await (const { scheduleId } of client.schedule.list({ pageSize: MAX_SCHEDULES })) {
    if (found.push(scheduleId) >= MAX_SCHEDULES) break;
  }
  const described = await Promise.all(found.map((id) => describeIfThere(client, id)));
  return described.filter((schedule) => schedule !== null);
}

/** null for one that was deleted since it was listed. */
async function describeIfThere(client: Client, id: string): Promise<ScheduleLook | null> {
  try {
    return await client.schedule.getHandle(id).describe();
  } catch (error) {
    if (error instanceof Error && error.name === 'ScheduleNotFoundError') return null;
    throw error;
  }
}
