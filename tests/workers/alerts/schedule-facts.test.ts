import { msNumberToTs, tsToMs } from '@temporalio/common/lib/time';
import { scheduleAlerts } from '../../../shared/alerts/rules/schedules';
import type { ScheduleFact } from '../../../shared/alerts/facts';
import type { ListsMatchingTimes } from '../../../workers/alerts/schedule-facts';
import { createScheduleLook } from '../../../workers/alerts/schedule-facts';
import type { ScheduleLook } from '../../../workers/watch/looks/schedules';
import { lookAtSchedules } from '../../../workers/watch/looks/schedules';
import { startTemporalServer } from '../../support/temporal-server';

jest.setTimeout(120_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 2, 2, 22, 30);

/** A schedule that starts on the hour. */
function hourly(more: { paused?: boolean; missed?: number; changedMs?: number } = {}): ScheduleLook {
  const { paused = false, missed = 0, changedMs = NOW - 9 * HOUR } = more;
  const info = {
    createdAt: new Date(changedMs),
    lastUpdatedAt: undefined,
    recentActions: [],
    numActionsMissedCatchupWindow: missed,
    numActionsSkippedOverlap: 0,
  };
  return { scheduleId: 's', state: { paused }, info } as unknown as ScheduleLook;
}

describe('what a schedule was to start', () => {
  /** The calendar that the server would ask. */
  const service: ListsMatchingTimes = {
    listScheduleMatchingTimes: ({ startTime, endTime }) => {
      const first = Math.ceil(tsToMs(startTime) / HOUR) * HOUR;
      const count = Math.max(0, Math.floor((tsToMs(endTime) - first) / HOUR) + 1);
      return Promise.resolve({ startTime: Array.from({ length: count }, (_, at) => msNumberToTs(first + at * HOUR)) });
    },
  };
  async function expectedAt(looks: readonly (readonly [number, ScheduleLook])[]): Promise<number | null | undefined> {
    let schedule = hourly();
    const look = createScheduleLook({
      ...{ service, namespace: 'default', toleranceMs: 15 * MINUTE },
      schedules: () => Promise.resolve([schedule]),
    });
    let facts: readonly ScheduleFact[] = [];
    for (const [atMs, seen] of looks) {
      schedule = seen;
      facts = await look(atMs);
    }
    return facts[0]?.expectedMs;
  }
  const tenToTen = NOW - 40 * MINUTE;
  const ten = NOW - 30 * MINUTE;

  it.each<[string, readonly (readonly [number, ScheduleLook])[], number | null]>([
    [
      'an instant since it was first seen going',
      [
        [tenToTen, hourly()],
        [NOW, hourly()],
      ],
      ten,
    ],
    [
      'none within the tolerance',
      [
        [tenToTen, hourly()],
        [ten + 14 * MINUTE, hourly()],
      ],
      null,
    ],
    ['none before the first look', [[NOW, hourly()]], null],
    ['one before the first look that the server says it missed', [[NOW, hourly({ missed: 1 })]], ten],
    [
      'none before its last change',
      [
        [tenToTen, hourly()],
        [NOW, hourly({ changedMs: NOW - 20 * MINUTE })],
      ],
      null,
    ],
    [
      'none while it is paused',
      [
        [tenToTen, hourly()],
        [NOW, hourly({ paused: true })],
      ],
      null,
    ],
    [
      'none from before a pause ended',
      [
        [tenToTen, hourly({ paused: true, missed: 2 })],
        [NOW, hourly({ missed: 2 })],
      ],
      null,
    ],
  ])('is %s', async (_, looks, expected) => expect(await expectedAt(looks)).toBe(expected));
});

it('asks a real server, and tells of a schedule that starts nothing', async () => {
  const env = await startTemporalServer();
  try {
    const spec = { intervals: [{ every: '1s' as const }] };
    const action = { type: 'startWorkflow' as const, workflowType: 'none', taskQueue: 'none' };
    // One that has no action left to take, and one that starts as it should.
    await env.client.schedule.create({ scheduleId: 'spent', spec, action, state: { remainingActions: 0 } });
    await env.client.schedule.create({ scheduleId: 'well', spec, action, policies: { overlap: 'ALLOW_ALL' } });
    const look = createScheduleLook({
      service: env.nativeConnection.workflowService,
      ...{ namespace: 'default', toleranceMs: 3_000 },
      schedules: () => lookAtSchedules(env.client),
    });
    let missed: readonly string[] = [];
    let facts: readonly ScheduleFact[] = [];
    while (missed.length === 0) {
      const now = Date.now();
      facts = await look(now);
      missed = scheduleAlerts(facts, now).map(({ key }) => key);
      await new Promise((done) => setTimeout(done, 300));
    }
    expect(missed).toEqual(['schedule-missed:spent']);
    expect(facts.find(({ id }) => id === 'well')?.startedForMs.length).toBeGreaterThan(0);
  } finally {
    await env.teardown();
  }
});
