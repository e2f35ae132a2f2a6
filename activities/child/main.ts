import { ok } from '../../domain/core/result';
import { readSettings } from '../../shared/runtime/settings';
import type { JobLifetime } from '../../training/child/serve';
import { serveJobs, tellAside } from '../../training/child/serve';
import { stageKey } from '../../shared/store/stage-cache';
import { COMPUTATIONS } from '../stages';
import { StageFault } from '../support/stage-fault';
import { openChildContext } from '../support/open-context';
import type { Aside } from '../support/aside';
import type { Computed, ReportProgress, StageContext, StageDefinition, StageInput } from '../support/stage-definition';
import type { StageJob } from './stage-job';

async function compute(
  job: StageJob,
  own: StageContext,
  onProgress: ReportProgress,
  lifetime: JobLifetime,
): Promise<Computed> {
  tell({ kind: 'began', atMs: Date.now(), pid: process.pid });
  const context = { ...own, environment: job.environment };
  const definition: StageDefinition<StageInput> = COMPUTATIONS[job.stage];
  const input = definition.schema.parse(job.input);
  if (definition.readsOutside !== true) await assertSameKey(definition, input, job.key, context);
  return definition.compute(input, context, onProgress, { ...lifetime, key: job.key, tell });
}

/** To the worker, which knows what this is computed for. */
function tell(aside: Aside): void {
  tellAside(aside);
}

/** A library that was installed or upgraded after this child was started: the model would be published under another's key. */
async function assertSameKey(
  definition: StageDefinition<StageInput>,
  input: StageInput,
  key: string,
  context: StageContext,
): Promise<void> {
  if (stageKey(definition.stage, await definition.material(input, context)) === key) return;
  throw new StageFault({
    code: 'EngineUnavailable',
    message: `the engine of ${definition.stage} changed on disk while this process had another one loaded; a new process takes over`,
  });
}

/** Process entry of a compute child: every stage is computed here, so that nothing native can take the worker along. */
let context: Promise<StageContext> | null = null;

function openOnce(): Promise<StageContext> {
  return (context ??= openChildContext({
    settings: readSettings(process.env, process.cwd()),
    env: process.env,
    workingDirectory: process.cwd(),
    onDamage: (message) => tell({ kind: 'log', level: 'warn', message }),
    onStoreEvent: (event) => tell({ kind: 'store', event }),
  }));
}

serveJobs(
  // The job was made by our own pool (process-pool.ts); its input is parsed by its stage.
  async (job, onProgress, lifetime) => ok(await compute(job as StageJob, await openOnce(), onProgress, lifetime)),
  { warm: async () => (await openOnce()).tensorEngine() },
);
