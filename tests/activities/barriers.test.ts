import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StageJob } from '../../activities/child/stage-job';
import { recordSymbol } from '../../activities/record-symbol';
import { barriersStage } from '../../activities/barriers';
import type { Computed, StageContext, StageProgress } from '../../activities/support/stage-definition';
import { createStageContext } from '../../activities/support/context';
import type { Result } from '../../domain/core/result';
import type { ModelEngines } from '../../inference/model-engines';
import { barriersSchema } from '../../shared/contracts/barriers';
import type { StageOutcome } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { openFileStore } from '../../shared/store/open-store';
import { stageKey } from '../../shared/store/stage-cache';
import { identifyStore } from '../../shared/store/store-identity';
import { createTrainerPool } from '../../training/pool';
import type { Bench } from './bench';
import {
  asActivity,
  createInProcessPool,
  failureOf,
  openBench,
  realEngines,
  scopeOf,
  SMALL_RUN,
  STORE_ID,
} from './bench';
import { createStageActivities } from '../../activities';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const SEARCH = { enabled: true, population: 6, generations: 4, asymmetric: true };
const RUN = { ...SMALL_RUN, labels: { ...SMALL_RUN.labels, search: SEARCH } };
const searching = (search: object) => ({ ...RUN, labels: { ...RUN.labels, search: { ...SEARCH, ...search } } });

let engines: ModelEngines;
let bench: Bench;
let first: readonly StageOutcome[];

beforeAll(async () => {
  engines = await realEngines();
  bench = openBench(engines);
  first = await runSymbolPath(bench.activities, await scopeOf(bench, RUN), ['barriers']);
}, 120_000);

const foundBy = async (outcomes: readonly StageOutcome[], { store }: Pick<Bench, 'store'> = bench) => {
  const ref = output(outcomeNamed(outcomes, 'barriers'), 'barriers');
  return barriersSchema.parse(await store.artifacts.getJson(ref, ARTIFACT_KINDS.barriers));
};

describe('the search of barriers as a stage', () => {
  it('finds barriers whose labels the fits learn, and says what they are worth', async () => {
    const { objective, horizons } = await foundBy(first);
    expect(objective).toBe('balance');
    expect(horizons).toHaveLength(1);
    expect(outcomeNamed(first, 'barriers').facts).toMatchObject({ objective, horizons, generations: 8 });
    const { configured, symmetric } = horizons[0]!;
    expect(symmetric.searched!).toBeGreaterThanOrEqual(configured.searched!);

    const plain = await runSymbolPath(bench.activities, await scopeOf(bench, SMALL_RUN));
    const counts = (outcomes: readonly StageOutcome[]) => outcomeNamed(outcomes, 'labels').facts.horizons;
    expect(counts(first)).not.toEqual(counts(plain));
    expect(outcomeNamed(first, 'labels').key).not.toBe(outcomeNamed(plain, 'labels').key);
    const recordInput = { runId: 'run-1', storeId: STORE_ID, symbol: 'GEN01', failure: null };
    const withStore = { store: bench.store, storeId: STORE_ID };
    const { record } = await recordSymbol({ ...recordInput, outcomes: [...first] }, withStore);
    const recorded = await bench.store.artifacts.getJson(record, ARTIFACT_KINDS.symbolRecord);
    expect(recorded).toMatchObject({ barriers: { objective, horizons, rows: expect.any(Number) as number } });
    // The horizon keeps its name, whatever its labels' length.
    expect(Object.keys(outcomeNamed(first, 'labels').outputs)).toEqual(['8']);
  });

  it('leaves no checkpoint behind, and comes from the store when run again', async () => {
    expect(await bench.store.objects.list('checkpoints/')).toEqual([]);
    const again = await runSymbolPath(bench.activities, await scopeOf(bench, RUN), ['barriers']);
    expect(again.filter(({ cacheHit }) => !cacheHit)).toEqual([]);
  });

  it.each([
    ['objective', { objective: 'uniqueness' }, true],
    ['budget', { generations: 5 }, true],
    ['mutation', { mutation: 0.5 }, true],
    ['enabled, once it runs', { enabled: false }, false],
  ])('another %s: another key or not', async (_, search, isOther) => {
    const bars = output(outcomeNamed(first, 'clean'), 'bars');
    const scope = await scopeOf(bench, searching(search));
    const key = stageKey('barriers', await barriersStage.material({ scope, bars }, bench.context));
    expect(key !== outcomeNamed(first, 'barriers').key).toBe(isOther);
  });

  it('found barriers that are the configured ones give the labels of before', async () => {
    const bars = output(outcomeNamed(first, 'clean'), 'bars');
    const judged = { bars: 8, upAtr: 1.2, downAtr: 1.2, searched: null, unseen: null };
    const content = {
      objective: 'balance',
      horizons: [{ horizonBars: 8, configured: judged, symmetric: judged, asymmetric: null, taken: 'symmetric' }],
    };
    const barriers = await bench.store.artifacts.putJson(content, ARTIFACT_KINDS.barriers);
    const scope = await scopeOf(bench, RUN);
    const found = await asActivity(() => bench.activities.labels({ scope, bars, barriers }));
    const configured = await asActivity(() => bench.activities.labels({ scope, bars }));
    expect(found.outputs).toEqual(configured.outputs);
  });

  it('on bars that never touch anything, says so in a sentence', async () => {
    const scope = await scopeOf(bench, {
      ...searching({}),
      labels: { horizons: [{ bars: 1, upAtr: 90, downAtr: 90 }], search: SEARCH },
    });
    const bars = output(outcomeNamed(first, 'clean'), 'bars');
    const failure = await failureOf(asActivity(() => bench.activities.barriers({ scope, bars })));
    expect(failure).toMatchObject({ type: 'InvalidLabels', nonRetryable: true });
    expect(failure.message).toMatch(/^No barriers of the horizon of 1 bars leave enough labels of both sides/);
  });
});

describe('a search whose process is killed', () => {
  const ENTRY = join(__dirname, '../../dist/activities/child/main.js');
  const home = mkdtempSync(join(tmpdir(), 'candlewick-barriers-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  function openPool() {
    if (!existsSync(ENTRY)) throw new Error(`${ENTRY} is missing: run ./candlewick setup (or npm run build) first.`);
    return createTrainerPool<StageJob, Computed, StageProgress>({
      size: 1,
      entry: ENTRY,
      env: { ...process.env, CANDLEWICK_HOME: home, CANDLEWICK_STORE: join(home, 'store') },
      memoryLimitBytes: null,
      logDir: join(home, 'logs'),
    });
  }

  it('goes on from its last generation to the bytes of an undisturbed one', async () => {
    const store = openFileStore(join(home, 'store'), () => undefined);
    const storeId = await identifyStore(store.objects);
    const environment = { commit: 'test' };
    const bounds = { roots: null, vendorHosts: null };
    const context: StageContext = createStageContext({
      store,
      storeId,
      engines,
      baseDir: home,
      tempDir: home,
      ...bounds,
      environment,
    });
    const scope = await scopeOf({ store }, searching({ generations: 12 }), { storeId });
    const activities = createStageActivities({ context, pool: createInProcessPool(context) });
    const ingested = await asActivity(() => activities.ingest({ scope }));
    const raw = ingested.facts as Parameters<typeof activities.clean>[0]['raw'];
    const rawBars = output(ingested, 'rawBars');
    const bars = output(await asActivity(() => activities.clean({ scope, rawBars, raw })), 'bars');
    const input = { scope, bars };
    const key = stageKey('barriers', await barriersStage.material(input, context));
    const job: StageJob = { id: 'barriers', stage: 'barriers', key, input, environment };

    const pool = openPool();
    let pid = 0;
    const steps: number[] = [];
    const run = (killAtStep: number | null): Promise<Result<Computed>> =>
      pool.run(job, {
        signal: new AbortController().signal,
        onAside: (aside) => {
          pid = (aside as { readonly pid?: number }).pid ?? pid;
        },
        onProgress: ({ step }) => {
          steps.push(step);
          if (step === killAtStep) process.kill(pid, 'SIGKILL');
        },
      });
    try {
      const killed = await run(5);
      expect(killed).toMatchObject({ ok: false });
      expect(await store.checkpoints.has(key)).toBe(true);
      const before = steps.length;
      const resumed = await run(null);
      // Not from the start: what was saved before the kill is not searched again.
      expect(steps[before]).toBeGreaterThan(5);
      if (!resumed.ok) throw new Error(resumed.fault.message);
      const undisturbed = await runSymbolPath(bench.activities, await scopeOf(bench, searching({ generations: 12 })), [
        'barriers',
      ]);
      expect(resumed.value.outputs.barriers!.sha256).toBe(
        output(outcomeNamed(undisturbed, 'barriers'), 'barriers').sha256,
      );
      expect(steps.at(-1)).toBe(24);
    } finally {
      await pool.close();
    }
  }, 120_000);
});
