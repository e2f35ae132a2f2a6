import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { Assignment, ModelVersion } from '../../shared/contracts/registry';
import type { StageName } from '../../shared/names/stages';
import type { Artifacts } from '../../shared/store/artifacts';
import { createArtifacts } from '../../shared/store/artifacts';
import { createCheckpointStore } from '../../shared/store/checkpoints';
import { canonicalBytes } from '../../shared/store/hash';
import { PLACES } from '../../shared/store/keep/places';
import { readStoreGraph } from '../../shared/store/keep/read-graph';
import type { Verification, VerifyOptions } from '../../shared/store/keep/verify';
import { verifyStore } from '../../shared/store/keep/verify';
import { runFolder } from '../../shared/store/keys';
import type { ObjectStore } from '../../shared/store/port';
import type { StageCache, StageMarker } from '../../shared/store/stage-cache';
import { createStageCache, stageKey } from '../../shared/store/stage-cache';
import { createUses, type Uses } from '../../shared/store/uses';
import { createMemoryObjectStore } from './memory-object-store';
import { fakeRunRecord } from './run-record';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const NOW_MS = Date.UTC(2026, 5, 1);

/** A store in memory whose clock is set by the test, and short ways to fill it as runs would. */
export interface KeptStore {
  readonly objects: ObjectStore;
  readonly artifacts: Artifacts;
  readonly stages: StageCache;
  readonly uses: Uses;
  readonly damage: string[];
  setClock(ms: number): void;
  /** Publishes a chain of stages from the bars named `bars`; whoever names the same bars and settings shares them. */
  path(runId: string, symbol: string, bars: string, settings: string): Promise<FakePath>;
  /** Writes the record, a report and an attempt for each stage. */
  run(runId: string, paths: readonly FakePath[], startedAtMs: number): Promise<void>;
  register(model: string, version: number, runId: string, path: FakePath): Promise<void>;
  assign(model: string, sequence: number, aliases: Partial<Assignment>): Promise<void>;
  readonly keys: () => Promise<readonly string[]>;
}

export interface FakePath {
  readonly symbol: string;
  readonly markers: readonly StageMarker[];
  readonly bundle: ArtifactRef;
}

export function openKeptStore(wrap: (objects: ObjectStore) => ObjectStore = (objects) => objects): KeptStore {
  let clockMs = NOW_MS;
  const objects = wrap(createMemoryObjectStore(() => clockMs));
  const uses = createUses(objects, { now: () => clockMs, pause: () => Promise.resolve() });
  const artifacts = createArtifacts(objects, uses);
  const damage: string[] = [];
  const stages = createStageCache(objects, artifacts, (message) => damage.push(message), uses);
  return {
    objects,
    artifacts,
    stages,
    uses,
    damage,
    setClock: (ms) => {
      clockMs = ms;
    },
    path: (runId, symbol, bars, settings) => publishPath({ artifacts, stages, runId, symbol, bars, settings }),
    run: async (runId, paths, startedAtMs) => {
      const base = fakeRunRecord({ symbols: 1, horizons: [20], folds: 1, equityPoints: 2 });
      const [symbol] = base.symbols;
      const [model] = symbol?.models ?? [];
      if (symbol === undefined || model === undefined) throw new Error('the made-up record has no model');
      const record = {
        ...base,
        runId,
        startedAt: new Date(startedAtMs).toISOString(),
        symbols: paths.map((path) => ({
          ...symbol,
          symbol: path.symbol,
          stages: path.markers.map(({ stage, key }) => ({ stage, part: '', key, cacheHit: false, seconds: 1 })),
          models: [{ ...model, bundle: path.bundle }],
        })),
      };
      const folder = runFolder(runId);
      for (const { markers } of paths) {
        for (const { stage, key } of markers) await putJson(objects, `${folder}/attempts/${stage}-${key}-a1.json`, {});
      }
      await putJson(objects, `${folder}/report.html`, 'report');
      await objects.put(`${folder}/run.json`, Buffer.from(JSON.stringify(record)), { ifAbsent: false });
    },
    register: async (model, version, runId, { bundle, symbol }) => {
      const fields: ModelVersion = {
        model,
        version,
        bundle,
        runId,
        symbol,
        family: 'lightgbm',
        horizonBars: 20,
        asOf: '2026-01-01T00:00:00.000Z',
        registeredAt: '2026-01-01T00:00:00.000Z',
        trainedUntilMs: 0,
        choosingLogLoss: null,
        testRows: 0,
        metrics: {},
        baseline: null,
        candidates: [],
        data: { bars: 0, firstMs: null, lastMs: null, foldId: 'f0', parts: {} },
        calibrators: [],
        warnings: [],
      };
      await putJson(objects, `models/${model}/versions/${String(version).padStart(8, '0')}.json`, fields);
    },
    assign: async (model, sequence, aliases) => {
      const fields: Assignment = {
        model,
        sequence,
        version: 1,
        verdict: null,
        requestId: `request ${String(sequence)}`,
        champion: null,
        challenger: null,
        previous: null,
        action: 'promote',
        who: 'a test',
        why: 'a test',
        at: '2026-01-01T00:00:00.000Z',
        ...aliases,
      };
      await putJson(objects, `models/${model}/assignments/${String(sequence).padStart(8, '0')}.json`, fields);
    },
    keys: async () => (await Promise.all(PLACES.map((place) => objects.list(place)))).flat().sort(),
  };
}

async function putJson(objects: ObjectStore, key: string, value: unknown): Promise<void> {
  await objects.put(key, canonicalBytes(value), { ifAbsent: false });
}

interface PathOptions {
  readonly artifacts: Artifacts;
  readonly stages: StageCache;
  readonly runId: string;
  readonly symbol: string;
  readonly bars: string;
  readonly settings: string;
}

/** As runs do: a result is looked for under its key, else made and published. */
export async function publishPath(options: PathOptions): Promise<FakePath> {
  const { artifacts, stages, runId, symbol, bars, settings } = options;
  const step = async (
    stage: StageName,
    material: Record<string, unknown>,
    make: () => Promise<{ outputs: StageMarker['outputs']; parts: ArtifactRef[] }>,
  ): Promise<StageMarker> => {
    const key = stageKey(stage, material);
    const known = await stages.find(stage, key);
    if (known !== null) return known;
    const made = await make();
    const producer = {
      runId,
      attemptId: 'a1',
      seconds: 1,
      publishedAt: new Date(0).toISOString(),
      environment: {},
    };
    return (await stages.publish({ stage, key, material, ...made, facts: {}, producer })).marker;
  };
  const put = (text: string, kind: string): Promise<ArtifactRef> =>
    artifacts.put(Buffer.from(text), { kind, schemaVersion: 1 });

  const ingest = await step('ingest', { fingerprint: bars, reading: null }, async () => {
    const part = await put(`part of ${bars}`, 'table-part');
    return {
      outputs: { bars: await put(`{"parts":[${JSON.stringify(part)}],"of":"raw ${bars}"}`, 'raw-bars') },
      parts: [part],
    };
  });
  const raw = ingest.outputs.bars!;
  const clean = await step('clean', { rawBars: raw.sha256, symbol }, () =>
    // Nothing to clean: the same bytes by another stage.
    Promise.resolve({ outputs: { bars: raw }, parts: [...ingest.parts] }),
  );
  const features = await step('features', { bars: clean.outputs.bars!.sha256, settings }, async () => ({
    outputs: { features: await put(`features of ${bars} ${settings}`, 'features') },
    parts: [],
  }));
  // Equal for all symbols with the same settings, as folds with equal boundaries are.
  const splits = await step('splits', { bars: clean.outputs.bars!.sha256, settings }, async () => ({
    outputs: { folds: await put(`folds ${settings}`, 'folds') },
    parts: [],
  }));
  const train = await step(
    'train',
    { features: features.outputs.features!.sha256, folds: splits.outputs.folds!.sha256, settings },
    async () => {
      const model = await put(`model of ${bars} ${settings}`, 'model');
      return { outputs: { model: await put(`{"model":${JSON.stringify(model)}}`, 'fit') }, parts: [model] };
    },
  );
  const bundle = await step(
    'bundle',
    { fits: [train.outputs.model!.sha256], bars: clean.outputs.bars!.sha256, symbol, settings },
    async () => ({
      outputs: {
        bundle: await put(
          `{"recipe":{"model":${JSON.stringify(train.parts[0])}},"of":"${symbol} ${settings}"}`,
          'bundle',
        ),
      },
      parts: [...train.parts],
    }),
  );
  return { symbol, markers: [ingest, clean, features, splits, train, bundle], bundle: bundle.outputs.bundle! };
}

/** A line of checkpoints under the key of a training. */
export async function leaveCheckpoints(objects: ObjectStore, key: string): Promise<void> {
  const line = await createCheckpointStore(objects, () => undefined).open(key, 'a test');
  for (const step of [1, 2])
    await line.save(Buffer.from(`weights ${step}`), { step, kind: 'interval', isBest: false, meta: {} });
  await line.appendEpoch({ epoch: 1 });
}

/** Reads the whole store, as `candlewick store verify` does without a run. */
export async function verifyWholeStore(
  objects: ObjectStore,
  options: Omit<VerifyOptions, 'run'>,
): Promise<Verification> {
  return verifyStore(objects, await readStoreGraph(objects), options);
}
