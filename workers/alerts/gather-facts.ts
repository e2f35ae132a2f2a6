import type { NativeConnection } from '@temporalio/worker';
import type { AlertFacts } from '../../shared/alerts/facts';
import type { Settings } from '../../shared/runtime/settings';
import type { Looks } from '../watch/looks';
import { createPromotionLook } from './promotion-facts';
import { createRunLook } from './run-facts';
import { createScheduleLook } from './schedule-facts';

/** Everything that alerts are about, asked at once. A part that cannot be asked is null, and told to `onFault`. */
export function factGatherer(given: {
  readonly connection: NativeConnection;
  readonly settings: Settings;
  readonly looks: Looks;
  readonly onFault: (part: string, error: unknown) => void;
}): (nowMs: number) => Promise<AlertFacts> {
  const { connection, settings, looks, onFault } = given;
  const { namespace, alerts, storeRoot } = settings;
  const { runWindowMs, scheduleToleranceMs } = alerts.thresholds;
  const lookAtRuns = createRunLook({ client: looks.client, store: storeRoot, windowMs: runWindowMs });
  const lookAtPromotions = createPromotionLook(looks.client);
  const lookAtSchedules = createScheduleLook({
    service: connection.workflowService,
    schedules: looks.schedules,
    toleranceMs: scheduleToleranceMs,
    namespace,
  });
  const attempt = async <T>(part: string, ask: () => Promise<T>): Promise<T | null> => {
    try {
      return await ask();
    } catch (error) {
      onFault(part, error);
      return null;
    }
  };
  return async (nowMs) => {
    const [runs, promotions, schedules, champions, queues] = await Promise.all([
      attempt('runs', () => lookAtRuns(nowMs)),
      attempt('promotions', lookAtPromotions),
      attempt('schedules', () => lookAtSchedules(nowMs)),
      attempt('champions', looks.models),
      attempt('queues', looks.queues),
    ]);
    return {
      ...{ runs, promotions, schedules, champions },
      queues: queues?.map(({ ageSeconds, ...queue }) => ({ ...queue, ageMs: ageSeconds * 1000 })) ?? null,
    };
  };
}
