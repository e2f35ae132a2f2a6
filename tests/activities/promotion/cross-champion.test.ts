import { createJudgeActivities, createPromotionActivities } from '../../../activities/promotion';
import { createActivityLogs } from '../../../activities/support/activity-log';
import { gateEvidenceSchema, judgeModelInputSchema } from '../../../shared/contracts/promotion';
import { createRedactor } from '../../../shared/runtime/redact';
import { createActivityLogStore } from '../../../shared/store/activity-logs';
import { ARTIFACT_KINDS } from '../../../shared/names/artifact-kinds';
import { trainedRun } from '../../support/retrain-runs';
import type { Bench } from '../bench';
import { SMALL_RUN, STORE_ID, asActivity, createInProcessPool, openBench, realEngines } from '../bench';

const AS_OF_MS = Date.UTC(2026, 2, 2, 6);
const GATE = { minSkillRatio: 0.95, worseAlpha: 0.05, maxEceRise: 0.02, minRows: 100 };
const ALONE = {
  source: { ...SMALL_RUN.source, symbolCount: 2 },
  models: { ...SMALL_RUN.models, majority: { enabled: false }, lightgbm: { enabled: false } },
};
const BESIDE = { ...ALONE, features: { include: ['rsi14', 'atrShare14', 'crossBeta60'], cross: ['GEN02'] } };

let bench: Bench;
beforeAll(async () => (bench = openBench(await realEngines())));

const logs = () => createActivityLogs(createActivityLogStore(bench.store.objects), createRedactor({}));
const register = (runId: string, set: string) =>
  asActivity(() =>
    createPromotionActivities({ store: bench.store, storeId: STORE_ID, logs: logs() }).registerModels({
      ...{ runId, set, asOfMs: AS_OF_MS, storeId: STORE_ID },
    }),
  );
const judged = async (set: string) => {
  const input = judgeModelInputSchema.parse({
    ...{ model: `${set}/GEN01-h8`, version: 2, champion: 1, gate: GATE, storeId: STORE_ID },
  });
  const pool = createInProcessPool(bench.context);
  const judge = createJudgeActivities({ context: bench.context, pool, logs: logs() });
  const { evidence } = await asActivity(() => judge.judgeModel(input));
  return gateEvidenceSchema.parse(await bench.store.artifacts.getJson(evidence!, ARTIFACT_KINDS.gateEvidence));
};

describe('champion and challenger where symbols stand beside', () => {
  it.each([
    ['both', BESIDE, BESIDE],
    ['the champion alone', BESIDE, ALONE],
    ['the challenger alone', ALONE, BESIDE],
  ])(
    'of %s are judged on the same rows, each by its own recipe',
    async (set, champion, challenger) => {
      const name = set.replaceAll(' ', '-');
      await trainedRun(bench, `${name}-1`, 1_500, champion);
      await trainedRun(bench, `${name}-2`, 1_560, challenger);
      await register(`${name}-1`, name);
      await register(`${name}-2`, name);
      const evidence = await judged(name);
      expect(evidence.rows).toBeGreaterThanOrEqual(GATE.minRows);
      expect(evidence.checks.map(({ name: check }) => check)).not.toContain('comparable');
      // Neither lacks a bar of the symbol beside, and the challenger predicts what it predicted in its run.
      expect(evidence.leftOut).toMatchObject({ championOnly: 0, challengerOnly: 0 });
      expect(evidence.largestDeviation).toBe(0);
      expect(evidence.champion.scores.logLoss).not.toBe(evidence.challenger.scores.logLoss);
    },
    120_000,
  );
});
