import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { ScheduleLook } from '../looks/schedules';
import type { Collector } from '../metrics-page';
import type { Look } from '../shared-look';

/** Whether each schedule of the namespace acts as it should. */
export function scheduleCollector(look: Look<readonly ScheduleLook[]>, metrics: Instruments): Collector {
  const all = [metrics.schedulePaused, metrics.scheduleNext, metrics.scheduleLast, metrics.scheduleMissed];
  const show = ({ scheduleId: schedule, state, info }: ScheduleLook): void => {
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
      for (const schedule of await look()) show(schedule);
    },
    reset: () => {
      for (const metric of all) metric.reset();
    },
  };
}
