import type { ScheduleDescription } from '@temporalio/client';
import type { Schedule } from '../../shared/contracts/schedule';

/** What a schedule does, for people, with the next instants at which it does it. */
export function scheduleSentence(schedule: Schedule, { info, state }: ScheduleDescription): string {
  const { at, days, timeZone, jitterMinutes, overlap, catchUpHours, pauseOnFailure, retrain, skip } = schedule;
  const next = info.nextActionTimes.slice(0, 3).map((time) => time.toISOString().slice(0, 16));
  return [
    `  retrains the set ${retrain.set} at ${at} on ${days} in ${timeZone}, up to ${String(jitterMinutes)} minutes later`,
    ...(skip.length === 0 ? [] : [`  not on ${skip.join(', ')}`]),
    `  overlap ${overlap}; missed starts are made up for within ${String(catchUpHours)} hours; a failure ${pauseOnFailure ? 'pauses it' : 'does not pause it'}`,
    `  promotion ${retrain.promotion}; late bars are waited for ${String(retrain.lateData.waitMinutes)} minutes`,
    state.paused ? `  paused: ${state.note ?? ''}` : `  next (UTC): ${next.join(', ') || 'never'}`,
  ].join('\n');
}
