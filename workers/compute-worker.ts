import { Worker } from '@temporalio/worker';
import { createStageActivities } from '../activities';
import { createProcessPool } from '../activities/child/process-pool';
import { createJudgeActivities } from '../activities/promotion';
import { createStepNotes } from '../activities/support/step-notes';
import { QUEUES } from '../shared/names/queues';
import { computePlaces } from './compute-places';
import { noteSender } from './note-sender';
import type { WatchedPool } from './watch/collectors/trainers';
import { activityLogsIn, openContext, workerOptions, type WorkerProcess } from './worker-options';

export interface ComputeWorker {
  readonly worker: Worker;
  /** The trainers' processes, for the metrics. */
  readonly trainers: WatchedPool;
  /** Ends the trainers' processes, after the worker. */
  readonly close: () => Promise<void>;
}

/** Computes the stages of a queue, each in a process of its own, and judges models. */
export async function createComputeWorker(host: WorkerProcess, device: 'cpu' | 'gpu'): Promise<ComputeWorker> {
  const { connection, settings, logger, watch, unexpected } = host;
  const places = computePlaces(device, settings, process.env);
  logger.info({ queue: QUEUES[device], netsOn: places.netsOn }, 'nets');
  const context = await openContext(host, places.env);
  const queue = QUEUES[device];
  const pool = createProcessPool(settings, places, context.environment, (event) => {
    if (event.kind === 'started') watch.metrics.trainerStarts.inc({ queue });
    else watch.metrics.trainerDeaths.inc({ queue, code: event.code });
  });
  const shared = { context, pool, logs: activityLogsIn(context), watch: watch.stages, unexpected };
  const { size } = places;
  try {
    const worker = await Worker.create({
      ...workerOptions(host, device),
      activities: {
        ...createStageActivities({ ...shared, notes: createStepNotes(noteSender(connection, settings)) }),
        ...createJudgeActivities(shared),
      },
      maxConcurrentActivityTaskExecutions: size,
    });
    const trainers = { queue, size, memoryLimitBytes: settings.trainerMemoryBytes, children: pool.children };
    return { worker, trainers, close: () => pool.close() };
  } catch (error) {
    await pool.close();
    throw error;
  }
}
