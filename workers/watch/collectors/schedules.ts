import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { Settings } from '../../../shared/runtime/settings';
import { dataConverterOf } from '../../../shared/temporal/data-converter';
import type { Collector } from '../metrics-page';

/** Schedules of one namespace are a handful; more would make labels without end. */
const MAX_SCHEDULES = 20;

/** Whether each schedule of the namespace acts as it should. */
export function scheduleCollector(connection: NativeConnection, settings: Settings, metrics: Instruments): Collector {
  const client = new Client({ connection, namespace: settings.namespace, dataConverter: dataConverterOf(settings) });
  const all = [metrics.schedulePaused, metrics.scheduleNext, metrics.scheduleLast, metrics.scheduleMissed];
  const describe = async (schedule: string): Promise<void> => {
    const { state, info } = await client.schedule.getHandle(schedule).describe();
    const [next] = info.nextActionTimes;
    const last = info.recentActions.at(-1)?.takenAt;
    metrics.schedulePaused.set({ schedule }, state.paused ? 1 : 0);
    metrics.scheduleMissed.set({ schedule }, info.numActionsMissedCatchupWindow);
    if (next !== undefined) metrics.scheduleNext.set({ schedule }, next.getTime() / 1000);
    if (last !== undefined) metrics.scheduleLast.set({ schedule }, last.getTime() / 1000);
  };
  return {
    name: 'schedules',
    collect: async () => {
      const found: string[] = [];
      for await (const { scheduleId } of client.schedule.list({ pageSize: MAX_SCHEDULES })) {
        if (found.push(scheduleId) >= MAX_SCHEDULES) break;
      }
      await Promise.all(found.map(describe));
    },
    reset: () => {
      for (const metric of all) metric.reset();
    },
  };
}
