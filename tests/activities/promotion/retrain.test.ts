import { createJudgeActivities, createPromotionActivities } from '../../../activities/promotion';
import type { ArtifactRef } from '../../../shared/contracts/artifact';
import { createActivityLogs } from '../../../activities/support/activity-log';
import { createActivityLogStore } from '../../../shared/store/activity-logs';
import { createRedactor } from '../../../shared/runtime/redact';
import { createAuditLog } from '../../../shared/store/audit-log';
import type { AssignModelInput } from '../../../shared/contracts/promotion';
import { gateEvidenceSchema, judgeModelInputSchema } from '../../../shared/contracts/promotion';
import type { GateSettings } from '../../../shared/contracts/gate-settings';
import type { Assignment, GateVerdict } from '../../../shared/contracts/registry';
import { ARTIFACT_KINDS } from '../../../shared/names/artifact-kinds';
import { createRegistry } from '../../../shared/store/registry';
import { cardKey } from '../../../shared/store/registry-keys';
import { putRunRecord, trainedRun } from '../../support/retrain-runs';
import type { Bench } from '../bench';
import {
  STORE_ID,
  activityEnvironment,
  asActivity,
  createInProcessPool,
  failureOf,
  openBench,
  realEngines,
} from '../bench';

const MODEL = 'daily/GEN01-h8';
const AS_OF_MS = Date.UTC(2026, 2, 2, 6);
const DAY_MS = 86_400_000;
const GATE = { minSkillRatio: 0.95, worseAlpha: 0.05, maxEceRise: 0.02, minRows: 100 };

let bench: Bench;
let engines: Awaited<ReturnType<typeof realEngines>>;

beforeAll(async () => {
  engines = await realEngines();
  bench = openBench(engines);
  await trainedRun(bench, 'retrain-1', 1_500);
  await trainedRun(bench, 'retrain-2', 1_560);
});

const logs = () => createActivityLogs(createActivityLogStore(bench.store.objects), createRedactor({}));
const registryActivities = () => createPromotionActivities({ store: bench.store, storeId: STORE_ID, logs: logs() });

const register = (runId: string, day = 0) =>
  asActivity(() =>
    registryActivities().registerModels({
      runId,
      set: 'daily',
      asOfMs: AS_OF_MS + day * DAY_MS,
      storeId: STORE_ID,
    }),
  );

function assign(given: Partial<AssignModelInput>, execution = 'execution-1'): Promise<Assignment> {
  return activityEnvironment(execution).run<[], Assignment, () => Promise<Assignment>>(() =>
    registryActivities().assignModel({
      model: MODEL,
      version: 1,
      champion: null,
      action: 'first',
      who: 'the test',
      why: 'because',
      verdict: null,
      storeId: STORE_ID,
      ...given,
    }),
  );
}

const judge = (version: number, champion: number, gate: Partial<GateSettings> = {}): Promise<GateVerdict> =>
  asActivity(() =>
    createJudgeActivities({
      context: bench.context,
      pool: createInProcessPool(bench.context),
      logs: logs(),
    }).judgeModel(
      judgeModelInputSchema.parse({
        model: MODEL,
        version,
        champion,
        gate: { ...GATE, ...gate },
        storeId: STORE_ID,
      }),
    ),
  );

async function cardOf(version: number): Promise<string> {
  return Buffer.from((await bench.store.objects.get(cardKey(MODEL, version))) ?? []).toString();
}

/** In the order in which a model lives: each test goes on from the one before. */
describe('the activities around the registry', () => {
  it('register the family that the choosing rows speak for, once however often they are asked', async () => {
    const expected = [{ model: MODEL, version: 1, champion: null, symbol: 'GEN01', horizonBars: 8 }];
    expect(await register('retrain-1')).toEqual(expected);
    expect(await register('retrain-1')).toEqual(expected);
    const registry = createRegistry(bench.store.objects);
    const version = await registry.version(MODEL, 1);
    expect(version.family).not.toBe('majority');
    expect(version.baseline?.family).toBe('majority');
    const best = version.candidates
      .filter(({ family }) => family !== 'majority')
      .reduce((a, b) => ((a.choosingLogLoss ?? Infinity) <= (b.choosingLogLoss ?? Infinity) ? a : b));
    expect(version.family).toBe(best.family);
    expect(version.trainedUntilMs).toBe(version.data.parts.choosing?.[1]);
    expect(version.trainedUntilMs).toBeLessThan(version.data.parts.test?.[0] ?? 0);
    expect(version.overfitting).toMatchObject({ trials: 3 });
    expect(await cardOf(1)).toMatch(/## Overfitting\n\nAfter 3 trials of study source-[0-9a-f]{12}: Sharpe ratio/);
    expect(await registry.current(MODEL)).toMatchObject({ champion: null, challenger: 1, sequence: 1 });
  });

  it('make the first of a name the champion, once though the activity is retried', async () => {
    const first = await assign({});
    expect(first).toMatchObject({ champion: 1, challenger: null, previous: null, action: 'first', sequence: 2 });
    expect(await assign({})).toEqual(first);
    const { entries } = await createAuditLog(bench.store.objects).read({});
    expect(entries.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      `registered ${MODEL}`,
      `promoted ${MODEL}`,
    ]);
  });

  it('judge the next one on test rows that neither model has seen, and compute that once', async () => {
    expect(await register('retrain-2', 1)).toMatchObject([{ version: 2, champion: 1 }]);
    const verdict = await judge(2, 1);
    expect(verdict.rows).toBeGreaterThanOrEqual(GATE.minRows);
    expect(verdict.checks.map(({ name }) => name)).toEqual([
      ...['enough-rows', 'skill-ratio', 'not-worse', 'calibration', 'difference-interval', 'dsr', 'pbo'],
    ]);
    const evidence = gateEvidenceSchema.parse(
      await bench.store.artifacts.getJson(verdict.evidence!, ARTIFACT_KINDS.gateEvidence),
    );
    const registry = createRegistry(bench.store.objects);
    const [older, newer] = [await registry.version(MODEL, 1), await registry.version(MODEL, 2)];
    expect(newer.trainedUntilMs).toBeGreaterThan(older.trainedUntilMs);
    expect(evidence.fromMs).toBeGreaterThan(newer.trainedUntilMs);
    expect(evidence.toMs).toBeLessThanOrEqual(newer.data.parts.test?.[1] ?? 0);
    // The challenger predicts here what it predicted in its run: recipe, bars and rows are the same.
    expect(evidence.largestDeviation).toBe(0);
    expect(evidence.passed).toBe(verdict.passed);
    expect(await judge(2, 1)).toEqual(verdict);
    const attempts = await bench.store.attempts.ofRun('retrain-2');
    expect(attempts.filter(({ stage }) => stage === 'judge')).toHaveLength(1);
  });

  it.each(['champion', 'challenger'] as const)('leave out test rows that the %s was trained on', async (side) => {
    const registry = createRegistry(bench.store.objects);
    const [older, newer] = [await registry.version(MODEL, 1), await registry.version(MODEL, 2)];
    const [fromMs, toMs] = newer.data.parts.test!;
    // As of an older fold, or of a model that was trained since: half of the test part is no test for it.
    const seen = await registry.register({
      ...(side === 'champion' ? older : newer),
      runId: `seen-by-${side}`,
      trainedUntilMs: Math.round((fromMs + toMs) / 2),
    });
    const verdict = await (side === 'champion' ? judge(2, seen.version) : judge(seen.version, 1));
    const whole = await judge(2, 1);
    expect(verdict.rows).toBeGreaterThan(0);
    expect(verdict.rows).toBeLessThan(0.6 * whole.rows);
    const evidence = gateEvidenceSchema.parse(
      await bench.store.artifacts.getJson(verdict.evidence!, ARTIFACT_KINDS.gateEvidence),
    );
    expect(evidence.fromMs).toBeGreaterThan(seen.trainedUntilMs);
  });

  it('tell the luck of the study in the verdict, and refuse by it where that is asked for', async () => {
    const told = (await judge(2, 1)).checks.find(({ name }) => name === 'dsr');
    expect(told).toMatchObject({ passed: true, wanted: null });
    expect(told?.sentence).toMatch(
      /^deflated Sharpe ratio [01]\.\d{4} after 3 trials of study source-\w+; not asked for$/,
    );
    const strict = await judge(2, 1, { minDsr: 1 });
    expect(strict.passed).toBe(false);
    expect(strict.checks.filter(({ passed }) => !passed).map(({ name }) => name)).toContain('dsr');
  });

  it('judge anew when the gate asks for something else', async () => {
    const strict = await judge(2, 1, { minRows: 100_000 });
    expect(strict.passed).toBe(false);
    expect(strict.checks.find(({ name }) => name === 'enough-rows')?.passed).toBe(false);
  });

  it('refuse, promote and roll back, each with its verdict, its line in the log and in the card', async () => {
    const verdict = await judge(2, 1);
    const refused = await assign(
      { version: 2, champion: 1, action: 'refuse', verdict, why: 'the gate said no' },
      'e-2',
    );
    expect(refused).toMatchObject({ champion: 1, challenger: 2, verdict });
    const promoted = await assign(
      { version: 2, champion: 1, action: 'approve', verdict, who: 'ada', why: 'I looked' },
      'e-3',
    );
    expect(promoted).toMatchObject({ champion: 2, challenger: null, previous: 1 });
    const back = await assign({ version: 1, champion: 2, action: 'rollback', who: 'ada', why: 'it lost money' }, 'e-4');
    expect(back).toMatchObject({ champion: 1, previous: null });
    const { entries } = await createAuditLog(bench.store.objects).read({});
    expect(entries.slice(-3).map(({ action, who, why }) => `${action} by ${who}: ${why}`)).toEqual([
      'refused by the test: the gate said no',
      'approved by ada: I looked',
      'rolled-back by ada: it lost money',
    ]);
    expect(entries.at(-2)?.details).toMatchObject({ evidence: verdict.evidence?.uri, version: 2 });
    const card = await cardOf(2);
    expect(card).toContain('approve by ada: I looked');
    for (const { sentence } of verdict.checks) expect(card).toContain(sentence);
    expect(await cardOf(1)).toContain('- Now: champion.');
  });

  it('tell who promotes on an old look at the champion, and change nothing', async () => {
    const before = await createRegistry(bench.store.objects).current(MODEL);
    const failure = await failureOf(assign({ version: 2, champion: 2, action: 'promote' }, 'e-5'));
    expect(failure).toMatchObject({
      type: 'ChampionMoved',
      nonRetryable: true,
      details: [{ details: { champion: 1 } }],
    });
    expect(await createRegistry(bench.store.objects).current(MODEL)).toEqual(before);
  });

  it('refuse models that cannot be compared by a check that says why', async () => {
    const registry = createRegistry(bench.store.objects);
    const earlier = await registry.version(MODEL, 2);
    const foreign = await otherHorizon(earlier.bundle);
    const next = await registry.register({ ...earlier, bundle: foreign, runId: 'retrain-3' });
    const verdict = await judge(next.version, 1);
    expect(verdict).toMatchObject({ passed: false, rows: 0 });
    expect(verdict.checks[0]).toMatchObject({ name: 'comparable', passed: false });
    expect(verdict.checks[0]?.sentence).toContain('8 bars ahead, the challenger 9');
  });

  it('say which run has no record, which version is not there, and serve their own store only', async () => {
    expect(await failureOf(register('never-ran'))).toMatchObject({ type: 'ArtifactMissing' });
    expect(await failureOf(judge(99, 1))).toMatchObject({ type: 'ModelUnknown', nonRetryable: true });
    expect(await failureOf(assign({ storeId: 'another' }, 'e-6'))).toMatchObject({ type: 'StoreUnavailable' });
  });

  it('fail a model alone whose bundle is missing, with an entry in the log, and register a part of the run', async () => {
    const [symbol] = (await trainedRun(bench, 'retrain-6', 1_500)).symbols;
    const gone = symbol!.models.map((model) => ({
      ...model,
      bundle:
        model.bundle === null ? null : { ...model.bundle, uri: `blobs/${'0'.repeat(64)}`, sha256: '0'.repeat(64) },
    }));
    const named = ['GONE', 'HERE', 'LATER'].map((name) => ({ ...symbol!, symbol: name }));
    await putRunRecord(bench.store, 'retrain-7', [{ ...named[0]!, models: gone }, named[1]!, named[2]!]);
    const part = (from: number, to: number) =>
      asActivity(() =>
        registryActivities().registerModels({
          runId: 'retrain-7',
          set: 'daily',
          asOfMs: AS_OF_MS,
          storeId: STORE_ID,
          part: { from, to },
        }),
      );
    expect(await part(0, 2)).toMatchObject([
      { model: 'daily/GONE-h8', symbol: 'GONE', horizonBars: 8, failure: { code: 'ArtifactMissing' } },
      { model: 'daily/HERE-h8', version: 1 },
    ]);
    expect(await part(0, 2)).toHaveLength(2);
    expect(await part(2, 4)).toMatchObject([{ model: 'daily/LATER-h8' }]);
    expect(await part(4, 6)).toEqual([]);
    const { entries } = await createAuditLog(bench.store.objects).read({});
    expect(entries.filter(({ subject }) => subject === 'daily/GONE-h8')).toMatchObject([
      { action: 'refused', why: expect.stringContaining('not registered') as unknown, details: { run: 'retrain-7' } },
    ]);
  });

  it('skip failed symbols, and choose the baseline only where nothing else is there', async () => {
    const [symbol] = (await trainedRun(bench, 'retrain-4', 1_500)).symbols;
    const majority = symbol!.models.filter(({ family }) => family === 'majority');
    const failed = { ...symbol!, symbol: 'BAD', status: 'failed' as const };
    await putRunRecord(bench.store, 'retrain-5', [failed, { ...symbol!, symbol: 'ONLY', models: majority }]);
    const registered = await register('retrain-5');
    expect(registered.map(({ symbol: name }) => name)).toEqual(['ONLY']);
    const version = await createRegistry(bench.store.objects).version('daily/ONLY-h8', 1);
    expect(version).toMatchObject({ family: 'majority', baseline: null });
  });
});

async function otherHorizon(ref: ArtifactRef): Promise<ArtifactRef> {
  const bundle = (await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.bundle)) as { readonly horizonBars: number };
  return bench.store.artifacts.putJson({ ...bundle, horizonBars: 9 }, ARTIFACT_KINDS.bundle);
}
