import { ok } from '../../domain/core/result';
import { openModelEngines } from '../../inference/model-engines';
import { describeEnvironment } from '../../shared/runtime/environment';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { readSettings } from '../../shared/runtime/settings';
import { openFileStore } from '../../shared/store/open-store';
import { serveJobs } from '../../training/child/serve';
import { join } from 'node:path';
import { STAGES } from '../stages';
import { createStageContext } from '../support/context';
import type { Computed, ReportProgress, StageContext } from '../support/stage-definition';
import type { StageJob } from './stage-job';

/** Process entry of a compute child: every stage is computed here, so that nothing native can take the worker along. */
async function openContext(): Promise<StageContext> {
  const settings = readSettings(process.env, process.cwd());
  const parts = locateNativeParts(process.env);
  return createStageContext({
    store: openFileStore(settings.storeRoot, (message) => void process.stderr.write(`${message}\n`)),
    engines: await openModelEngines(parts, settings.trainerThreads),
    baseDir: process.cwd(),
    tempDir: join(settings.home, 'tmp'),
    environment: describeEnvironment(parts),
  });
}

function compute({ stage, input }: StageJob, context: StageContext, onProgress: ReportProgress): Promise<Computed> {
  switch (stage) {
    case 'ingest':
      return STAGES.ingest.compute(STAGES.ingest.schema.parse(input), context, onProgress);
    case 'clean':
      return STAGES.clean.compute(STAGES.clean.schema.parse(input), context, onProgress);
    case 'features':
      return STAGES.features.compute(STAGES.features.schema.parse(input), context, onProgress);
    case 'labels':
      return STAGES.labels.compute(STAGES.labels.schema.parse(input), context, onProgress);
    case 'splits':
      return STAGES.splits.compute(STAGES.splits.schema.parse(input), context, onProgress);
    case 'train':
      return STAGES.train.compute(STAGES.train.schema.parse(input), context, onProgress);
    case 'calibrate':
      return STAGES.calibrate.compute(STAGES.calibrate.schema.parse(input), context, onProgress);
    case 'evaluate':
      return STAGES.evaluate.compute(STAGES.evaluate.schema.parse(input), context, onProgress);
    case 'bundle':
      return STAGES.bundle.compute(STAGES.bundle.schema.parse(input), context, onProgress);
  }
}

let context: Promise<StageContext> | null = null;

serveJobs(async (job, onProgress) => {
  context ??= openContext();
  // The job was made by our own pool (process-pool.ts); its input is parsed by its stage.
  return ok(await compute(job as StageJob, await context, onProgress));
});
