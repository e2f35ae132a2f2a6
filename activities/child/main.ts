import { ok } from '../../domain/core/result';
import { readSettings } from '../../shared/runtime/settings';
import { serveJobs } from '../../training/child/serve';
import { STAGES } from '../stages';
import { openStageContext } from '../support/open-context';
import type { Computed, ReportProgress, StageContext, StageDefinition, StageInput } from '../support/stage-definition';
import type { StageJob } from './stage-job';

function compute({ stage, input }: StageJob, context: StageContext, onProgress: ReportProgress): Promise<Computed> {
  const definition: StageDefinition<StageInput> = STAGES[stage];
  return definition.compute(definition.schema.parse(input), context, onProgress);
}

/** Process entry of a compute child: every stage is computed here, so that nothing native can take the worker along. */
let context: Promise<StageContext> | null = null;

serveJobs(async (job, onProgress) => {
  context ??= openStageContext({
    settings: readSettings(process.env, process.cwd()),
    env: process.env,
    workingDirectory: process.cwd(),
    onDamage: (message) => void process.stderr.write(`${message}\n`),
  });
  // The job was made by our own pool (process-pool.ts); its input is parsed by its stage.
  return ok(await compute(job as StageJob, await context, onProgress));
});
