import { join } from 'node:path';
import type { Settings } from '../../shared/runtime/settings';
import { createTrainerPool } from '../../training/pool';
import type { ComputePool } from '../support/compute-pool';
import { StageFault } from '../support/stage-fault';
import type { Computed, StageContext, StageProgress } from '../support/stage-definition';
import type { StageJob } from './stage-job';

/** Children at once, and what each of them finds in its environment. */
export interface Places {
  readonly size: number;
  readonly env: NodeJS.ProcessEnv;
  readonly envOfPlace: (place: number) => NodeJS.ProcessEnv;
}

/** Stages computed in a warm pool of child processes, as many at once as there are trainers. */
export function createProcessPool(
  settings: Settings,
  { env, envOfPlace, size }: Places,
  environment: StageContext['environment'],
): ComputePool {
  const pool = createTrainerPool<StageJob, Computed, StageProgress>({
    size,
    envOfPlace,
    entry: join(__dirname, 'main.js'),
    env: { ...env, CANDLEWICK_HOME: settings.home, CANDLEWICK_STORE: settings.storeRoot },
    execArgv: ['--enable-source-maps'],
    memoryLimitBytes: settings.trainerMemoryBytes,
    logDir: join(settings.home, 'logs'),
  });
  return {
    compute: async (stage, input, options) => {
      const { key } = options;
      const outcome = await pool.run({ id: `${stage}-${key.slice(0, 16)}`, stage, key, input, environment }, options);
      if (outcome.ok) return outcome.value;
      throw new StageFault(outcome.fault);
    },
    warm: () => pool.warm(),
    close: () => pool.close(),
  };
}
