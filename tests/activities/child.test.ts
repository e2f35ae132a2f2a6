import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StageJob } from '../../activities/child/stage-job';
import { STAGES } from '../../activities/stages';
import { createStageContext } from '../../activities/support/context';
import type { Computed, StageProgress } from '../../activities/support/stage-definition';
import type { Result } from '../../domain/core/result';
import { openFileStore } from '../../shared/store/open-store';
import { stageKey } from '../../shared/store/stage-cache';
import { identifyStore } from '../../shared/store/store-identity';
import { createTrainerPool } from '../../training/pool';
import { createStageActivities } from '../../activities';
import { SMALL_RUN, createInProcessPool, realEngines, scopeOf } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const ENTRY = join(__dirname, '../../dist/activities/child/main.js');
const home = mkdtempSync(join(tmpdir(), 'candlewick-compute-child-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function computeInChild(jobs: readonly StageJob[]): Promise<readonly Result<Computed>[]> {
  if (!existsSync(ENTRY)) throw new Error(`${ENTRY} is missing: run ./candlewick setup (or npm run build) first.`);
  const pool = createTrainerPool<StageJob, Computed, StageProgress>({
    size: 1,
    entry: ENTRY,
    env: { ...process.env, CANDLEWICK_HOME: home, CANDLEWICK_STORE: join(home, 'store') },
    memoryLimitBytes: null,
    logDir: join(home, 'logs'),
  });
  const options = { onProgress: () => undefined, signal: new AbortController().signal };
  return Promise.all(jobs.map((job) => pool.run(job, options))).finally(() => pool.close());
}

it('a compute child computes under the key that the worker found, and refuses the key of another engine', async () => {
  const store = openFileStore(join(home, 'store'), () => undefined);
  const storeId = await identifyStore(store.objects);
  // Of an earlier commit than the child will see: a worker lives on while the checkout moves.
  const environment = { commit: 'of when the worker started' };
  const engines = await realEngines();
  const bounds = { roots: null, vendorHosts: null };
  const context = createStageContext({ store, storeId, engines, baseDir: home, tempDir: home, ...bounds, environment });
  const scope = await scopeOf({ store }, SMALL_RUN, { storeId });
  const activities = createStageActivities({ context, pool: createInProcessPool(context) });
  const outcomes = await runSymbolPath(activities, scope);
  const part = 'logistic-h8';
  const trained = outcomeNamed(outcomes, 'train', `${part}-f0`);
  const calibrated = outcomeNamed(outcomes, 'calibrate', part);
  const labels = output(outcomeNamed(outcomes, 'labels'), '8');
  const input = {
    scope,
    family: 'logistic' as const,
    horizonBars: 8,
    timeframeMs: 3_600_000,
    bars: output(outcomeNamed(outcomes, 'clean'), 'bars'),
    labels,
    fits: [{ foldId: 'f0', model: output(trained, 'model'), predictions: output(trained, 'predictions-h8') }],
    calibrators: output(calibrated, 'calibrators'),
    predictions: output(calibrated, 'predictions'),
  };
  const key = stageKey('bundle', await STAGES.bundle.material(input, context));
  const job: StageJob = { id: 'bundle', stage: 'bundle', key, input, environment };
  const [computed, refused] = await computeInChild([job, { ...job, key: 'f'.repeat(64) }]);
  expect(computed).toMatchObject({ ok: true, value: { outputs: outcomeNamed(outcomes, 'bundle', part).outputs } });
  expect(refused).toMatchObject({ ok: false, fault: { code: 'EngineUnavailable' } });
});
