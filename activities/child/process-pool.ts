import { join } from 'node:path';
import type { Settings } from '../../shared/runtime/settings';
import { createTrainerPool } from '../../training/pool';
import type { PoolChild, TrainerPoolOptions } from '../../training/pool';
import type { ComputePool } from '../support/compute-pool';
import type { Aside } from '../support/aside';
import { StageFault } from '../support/stage-fault';
import type { Computed, StageContext, StageProgress } from '../support/stage-definition';
import type { StageJob } from './stage-job';

/** Children at once, and what each of them finds in its environment. */
export interface Places {
  readonly size: number;
  readonly env: NodeJS.ProcessEnv;
  readonly envOfPlace: (place: number) => NodeJS.ProcessEnv;
}

/** A pool that also says which children it has. */
export interface ProcessPool extends ComputePool {
  readonly children: () => readonly PoolChild[];
}

/** Stages computed in a warm pool of child processes, as many at once as there are trainers. */
export function createProcessPool(
  settings: Settings,
  { env, envOfPlace, size }: Places,
  environment: StageContext['environment'],
  onChild: TrainerPoolOptions['onChild'] = () => undefined,
): ProcessPool {
  const pool = createTrainerPool<StageJob, Computed, StageProgress>({
    size,
    envOfPlace,
    entry: join(__dirname, 'main.js'),
    env: { ...withoutTemporal(env), CANDLEWICK_HOME: settings.home, CANDLEWICK_STORE: settings.storeRoot },
    execArgv: ['--enable-source-maps'],
    memoryLimitBytes: settings.trainerMemoryBytes,
    logDir: join(settings.home, 'logs'),
    onChild,
  });
  return {
    compute: async (stage, input, options) => {
      const { key, onAside } = options;
      const job = { id: `${stage}-${key.slice(0, 16)}`, stage, key, input, environment };
      // What the child says is said by our own code (child/main.ts).
      const outcome = await pool.run(job, { ...options, onAside: (aside) => onAside?.(aside as Aside) });
      if (outcome.ok) return outcome.value;
      throw new StageFault(outcome.fault);
    },
    warm: () => pool.warm(),
    children: () => pool.children(),
    close: () => pool.close(),
  };
}

/** A child speaks to the store and to nobody else: what opens Temporal, and its payloads, stays with the worker. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(TEMPORAL_(?!NAMESPACE$)|CANDLEWICK_PAYLOAD_)/.test(name)),
  );
}
