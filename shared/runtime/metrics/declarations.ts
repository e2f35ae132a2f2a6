import { counter, gauge, histogram } from './declaration';

/** A stage takes from a tenth of a second (found in the store) to half a day (a net on many bars). */
const STAGE_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200];
/** An epoch takes from a fraction of a second to an hour. */
const EPOCH_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600];
/** One object: a local file takes a millisecond, S3 some fifty, a slow store seconds. */
const REQUEST_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A dead child is replaced at once, a dead worker noticed after its heartbeat timeout, a machine replaced by people. */
const RESUME_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 900, 3600, 14_400];
const MIB = 1024 ** 2;
const CHECKPOINT_BYTES = [MIB / 16, MIB / 4, MIB, 4 * MIB, 16 * MIB, 64 * MIB, 256 * MIB, 1024 * MIB];

/**
 * Every metric of a worker's own, by the name under which the code knows it. Labels that name a symbol or a fit stand on gauges
 * of running fits only, which go when the fit ends: nothing here grows with the number of runs.
 */
export const METRICS = {
  buildInfo: gauge('candlewick_build_info', 'Always 1; what runs here stands in the labels.', ['commit', 'role']),

  stageExecutions: counter(
    'candlewick_stage_executions_total',
    'Activities of stages that ended: computed, cached (found in the store), failed or stopped (cancelled, paused, handed back), with the error code where failed.',
    ['stage', 'outcome', 'code'],
  ),
  stageDuration: histogram(
    'candlewick_stage_duration_seconds',
    'How long an activity of a stage took on its worker, the wait for a trainer included.',
    ['stage', 'outcome'],
    STAGE_SECONDS,
  ),
  stagesRunning: gauge('candlewick_stages_running', 'Activities of stages under way in this process.', ['stage']),

  trainingLoss: gauge(
    'candlewick_training_loss',
    'Loss of a net under way: of the last update (part train) and of the last epoch on the stopping part (part stopping). Gone when the fit ends.',
    ['symbol', 'fit', 'part'],
  ),
  trainingEpoch: gauge('candlewick_training_epoch', 'Epoch of a net under way, from 1. Gone when the fit ends.', [
    'symbol',
    'fit',
  ]),
  trainingRung: gauge(
    'candlewick_training_rung',
    'Rungs that a net under way has climbed down: 0 is as configured. Gone when the fit ends.',
    ['symbol', 'fit'],
  ),
  trainingEpochDuration: histogram(
    'candlewick_training_epoch_duration_seconds',
    'How long an epoch of a net took, its evaluation included.',
    ['family'],
    EPOCH_SECONDS,
  ),
  trainingExamples: counter(
    'candlewick_training_examples_total',
    'Windows that nets have learnt from, counted at the end of each epoch; its rate is examples per second.',
    ['family'],
  ),
  trainingUpdates: counter('candlewick_training_updates_total', 'Updates of nets, counted at the end of each epoch.', [
    'family',
  ]),
  trainingRungs: counter(
    'candlewick_training_rungs_total',
    'Steps down the ladder: by error code, out of memory halves the micro-batch, a numerical failure the learning rate.',
    ['cause'],
  ),
  checkpointDuration: histogram(
    'candlewick_training_checkpoint_duration_seconds',
    'How long a checkpoint took to become durable, beside the training.',
    ['outcome'],
    REQUEST_SECONDS,
  ),
  checkpointSize: histogram(
    'candlewick_training_checkpoint_size_bytes',
    'Size of checkpoints that became durable.',
    [],
    CHECKPOINT_BYTES,
  ),
  wastedSeconds: counter(
    'candlewick_wasted_work_seconds_total',
    'Work thrown away: since the last checkpoint, or all of an attempt that had none, by error code; WorkerLost where the worker died, Stopped where it was cancelled, paused or handed back.',
    ['stage', 'code'],
  ),
  wastedUpdates: counter('candlewick_wasted_updates_total', 'The same in updates of nets.', ['code']),
  timeToResume: histogram(
    'candlewick_time_to_resume_seconds',
    'From the last sign of life of an attempt that died to the first step of the one that took over.',
    ['stage'],
    RESUME_SECONDS,
  ),

  storeRequests: counter(
    'candlewick_store_requests_total',
    'Requests to the store, by operation and outcome (ok, exists, absent, or an error code).',
    ['operation', 'outcome'],
  ),
  storeDuration: histogram(
    'candlewick_store_request_duration_seconds',
    'How long a request to the store took, its retries included.',
    ['operation'],
    REQUEST_SECONDS,
  ),
  storeBytes: counter('candlewick_store_bytes_total', 'Bytes read from and written to the store.', ['direction']),
  storeRetries: counter(
    'candlewick_store_retries_total',
    'Requests to the store that were sent again after a passing fault.',
    ['operation'],
  ),
  storeFree: gauge('candlewick_store_free_bytes', 'Free space of the disk under a store in a folder.'),
  storeSize: gauge('candlewick_store_size_bytes', 'Size of the disk under a store in a folder.'),

  trainersAlive: gauge('candlewick_trainers_alive', 'Trainer children of this process.', ['queue', 'state']),
  trainersWanted: gauge('candlewick_trainers_limit', 'Trainer children that this process may have at once.', ['queue']),
  trainerMemory: gauge('candlewick_trainer_memory_bytes', 'Resident memory of the trainer child at each place.', [
    'queue',
    'place',
  ]),
  trainerMemoryLimit: gauge(
    'candlewick_trainer_memory_limit_bytes',
    'What a trainer child may use; not there where no limit is set.',
    ['queue'],
  ),
  trainerStarts: counter('candlewick_trainer_starts_total', 'Trainer children that were started.', ['queue']),
  trainerDeaths: counter(
    'candlewick_trainer_deaths_total',
    'Trainer children that died over their work, by error code.',
    ['queue', 'code'],
  ),

  queueBacklog: gauge(
    'candlewick_queue_backlog_tasks',
    'Tasks that wait in a queue for a worker, as the server estimates it.',
    ['queue', 'kind'],
  ),
  queueBacklogAge: gauge('candlewick_queue_backlog_age_seconds', 'How long the oldest task of a queue has waited.', [
    'queue',
    'kind',
  ]),
  queuePollers: gauge(
    'candlewick_queue_pollers',
    'Pollers that asked a queue for tasks in the last minutes; 0: nobody works on it.',
    ['queue', 'kind'],
  ),

  championAge: gauge(
    'candlewick_oldest_champion_age_seconds',
    'Time since the day for which the oldest champion of a set was trained.',
    ['set'],
  ),
  champions: gauge('candlewick_champions', 'Models of a set that have a champion.', ['set']),
  lastRetrain: gauge(
    'candlewick_last_retrain_timestamp_seconds',
    'When a retrain last registered a version of a set, in seconds since 1970; promotions and rollbacks do not count.',
    ['set'],
  ),
  schedulePaused: gauge('candlewick_schedule_paused', 'Whether a schedule is paused: 1 or 0.', ['schedule']),
  scheduleNext: gauge(
    'candlewick_schedule_next_timestamp_seconds',
    'When a schedule acts next, in seconds since 1970; not there where it never will.',
    ['schedule'],
  ),
  scheduleLast: gauge(
    'candlewick_schedule_last_timestamp_seconds',
    'When a schedule last acted, in seconds since 1970.',
    ['schedule'],
  ),
  scheduleMissed: gauge(
    'candlewick_schedule_missed_actions',
    'Actions that a schedule missed for good since it was made: the server was away for longer than the catch-up window.',
    ['schedule'],
  ),

  gpuUtilisation: gauge('candlewick_gpu_utilisation_ratio', 'Share of the time in which the device computed.', ['gpu']),
  gpuMemoryUsed: gauge('candlewick_gpu_memory_used_bytes', 'Memory in use on the device.', ['gpu']),
  gpuMemoryTotal: gauge('candlewick_gpu_memory_total_bytes', 'Memory of the device.', ['gpu']),

  collectorUp: gauge(
    'candlewick_collector_up',
    'Whether a part of this page could be asked at this scrape: 1 or 0. What it could not learn is left out.',
    ['collector'],
  ),
} as const;
