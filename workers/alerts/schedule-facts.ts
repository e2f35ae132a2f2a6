import { msNumberToTs, tsToMs } from '@temporalio/common/lib/time';
import type { Timestamp } from '@temporalio/common/lib/time';
import type { ScheduleFact } from '../../shared/alerts/facts';
import type { ScheduleLook } from '../watch/looks/schedules';

/** What is asked of the server here. */
export interface ListsMatchingTimes {
  listScheduleMatchingTimes(request: {
    readonly namespace: string;
    readonly scheduleId: string;
    readonly startTime: Timestamp;
    readonly endTime: Timestamp;
  }): Promise<{ readonly startTime: readonly Timestamp[] }>;
}

/** How far back a start is looked for: over a weekend with a holiday. */
const LOOK_BACK_MS = 5 * 24 * 3_600_000;

/**
 * What each schedule was to start and what it started. An instant is expected where the calendar, as it is since its last
 * change, holds it and the schedule was seen going then; one before the first look counts only where the server itself says
 * that it missed a start, for a schedule that a person had paused tells nobody since when it goes again.
 */
export function createScheduleLook(given: {
  readonly service: ListsMatchingTimes;
  readonly namespace: string;
  readonly schedules: () => Promise<readonly ScheduleLook[]>;
  readonly toleranceMs: number;
}): (nowMs: number) => Promise<readonly ScheduleFact[]> {
  const { service, namespace, schedules, toleranceMs } = given;
  const goingSince = new Map<string, number>();
  const missedBefore = new Map<string, number>();
  const expected = async ({ scheduleId, info }: ScheduleLook, nowMs: number): Promise<number | null> => {
    const changedMs = (info.lastUpdatedAt ?? info.createdAt).getTime();
    const missed = info.numActionsMissedCatchupWindow > (missedBefore.get(scheduleId) ?? 0);
    const seenMs = missed ? 0 : (goingSince.get(scheduleId) ?? nowMs);
    const [fromMs, untilMs] = [Math.max(changedMs, seenMs, nowMs - LOOK_BACK_MS), nowMs - toleranceMs];
    if (fromMs >= untilMs) return null;
    const range = { startTime: msNumberToTs(fromMs), endTime: msNumberToTs(untilMs) };
    const { startTime } = await service.listScheduleMatchingTimes({ namespace, scheduleId, ...range });
    const last = startTime.at(-1);
    return last === undefined ? null : tsToMs(last);
  };
  return async (nowMs) => {
    const found = await schedules();
    return Promise.all(
      found.map(async (schedule): Promise<ScheduleFact> => {
        const { scheduleId: id, state, info } = schedule;
        if (state.paused) {
          goingSince.delete(id);
          // Missed before it was paused: a person has looked at it since.
          missedBefore.set(id, info.numActionsMissedCatchupWindow);
        } else if (!goingSince.has(id)) goingSince.set(id, nowMs);
        return {
          id,
          paused: state.paused,
          note: state.note ?? '',
          expectedMs: state.paused ? null : await expected(schedule, nowMs),
          startedForMs: info.recentActions.map(({ scheduledAt }) => scheduledAt.getTime()),
          missedForGood: info.numActionsMissedCatchupWindow,
          skippedForOverlap: info.numActionsSkippedOverlap,
        };
      }),
    );
  };
}
