import { join } from 'node:path';
import { PROVEN_FAMILIES } from '../../bench/resume-proof/fits';
import { prove } from '../../bench/resume-proof/prove';
import { deriveSeed, randomFromSeed } from '../../domain/core/random';
import type { AttemptRecord } from '../../shared/store/attempts';
import { lostSteps } from '../../shared/store/attempts';
import type { ChaosHome } from '../support/chaos-home';
import { createChaosHome } from '../support/chaos-home';
import type { NetRun, NetStrike } from '../support/chaos-nets';
import {
  CHAOS_NETS,
  CHAOS_STEPS,
  attemptsAt,
  documentOf,
  netPlan,
  recordOf,
  startNetRun,
  strikeFit,
} from '../support/chaos-nets';
import type { Published } from '../support/chaos-store';
import {
  attemptsOf,
  computedAgain,
  contradictions,
  damagedIn,
  markersOf,
  producersIn,
  publishedIn,
} from '../support/chaos-store';
import { signalProcess } from '../support/processes';

const SEED = Number(process.env.CANDLEWICK_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const IS_LONG = process.env.CANDLEWICK_LONG === '1';
/** Runs of five kills each through worker and server; in the long suite every family is killed on its own besides. */
const RUNS = IS_LONG ? 8 : 1;
const KILLS_OF_A_FAMILY = 5;
const TEST_LIMIT_MS = 400_000;

const VICTIMS: readonly NetStrike['victim'][] = ['compute', 'worker', 'compute', 'worker', 'compute'];
/** Since the fit was last taken up: few enough that five kills find something to hit. */
const MOST_UPDATES = 40;

process.stderr.write(`chaos: kills are drawn from CANDLEWICK_CHAOS_SEED=${String(SEED)}\n`);

describe(`SIGKILL in the midst of nets' fits, drawn from CANDLEWICK_CHAOS_SEED=${String(SEED)}`, () => {
  let home: ChaosHome;
  let undisturbed: { readonly published: Published; readonly symbols: readonly unknown[] };

  beforeAll(async () => {
    home = createChaosHome(netPlan(CHAOS_NETS));
    const calm = startNetRun(home, 'calm', join(home.home, 'calm-store'));
    const { symbols } = await documentOf(calm.command);
    undisturbed = { published: publishedIn(calm.storeRoot), symbols };
  }, TEST_LIMIT_MS);

  afterAll(async () => {
    const left = await home.stopAll();
    home.destroy();
    expect(left).toEqual([]);
  }, TEST_LIMIT_MS);

  it.each(Array.from({ length: RUNS }, (_, index) => index))(
    'run %i, killed five times, worker and trainer: every bit as if nothing had happened',
    async (index) => {
      const random = randomFromSeed(deriveSeed(SEED, 'net kills', index));
      const run = startNetRun(home, `killed-${String(index)}`, join(home.home, `store-${String(index)}`));
      const killed: AttemptRecord[] = [];
      for (const victim of VICTIMS) {
        const earlier = new Set(killed.map(({ attemptId }) => attemptId));
        const where = { family: null, victim, updates: 1 + random.integer(MOST_UPDATES) };
        const kill = (pid: number): void => signalProcess(pid, 'SIGKILL');
        const { running, published } = await strikeFit(run, where, kill, earlier);
        expect(running).toHaveLength(1);
        killed.push(...running);
        expect(producersIn(markersOf(run.storeRoot))).toMatchObject(published);
      }
      const document = await documentOf(run.command);
      expect(document).toMatchObject({ status: 'done', symbols: undisturbed.symbols });
      expect(publishedIn(run.storeRoot)).toEqual(undisturbed.published);
      expect(damagedIn(run.storeRoot)).toEqual([]);
      await expectAccounts(run, killed, document.wastedSeconds);
    },
    TEST_LIMIT_MS,
  );

  /** Every kill is entered, says what it cost, and cost no more than what was done since the last checkpoint. */
  async function expectAccounts(run: NetRun, killed: readonly AttemptRecord[], wastedSeconds: number): Promise<void> {
    const attempts = await attemptsOf(run.storeRoot, run.runId);
    const markers = markersOf(run.storeRoot);
    expect(contradictions(markers, attempts)).toEqual([]);
    expect(computedAgain(markers, attempts)).toEqual([]);
    const lost = attempts.filter(({ outcome }) => outcome !== 'published');
    expect(lost.map(({ attemptId }) => attemptId).sort()).toEqual(killed.map(({ attemptId }) => attemptId).sort());
    const ends = lost.map(({ outcome, code }) => `${outcome} ${String(code)}`).sort();
    expect(ends).toEqual(VICTIMS.map((victim) => ENDS[victim]).sort());
    for (const family of CHAOS_NETS) {
      const [...tries] = await attemptsAt(run, family);
      for (const [i, { training }] of tries.entries()) {
        const before = tries[i - 1]?.training;
        if (before == null) continue;
        // Nothing that was known to be saved is done again; a kill after the last update leaves nothing to do at all.
        expect(training?.resumedAtStep).toBeGreaterThanOrEqual(before.savedStep);
        expect(training?.resumedAtStep).toBeLessThanOrEqual(CHAOS_STEPS);
      }
    }
    const record = await recordOf(run);
    expect(record.interruptions.map(({ part, lostSteps: steps }) => `${part} ${String(steps)}`).sort()).toEqual(
      lost.map((attempt) => `${attempt.part} ${String(lostSteps(attempt))}`).sort(),
    );
    expect(wastedSeconds).toBeCloseTo(
      record.interruptions.reduce((sum, { lostSeconds }) => sum + lostSeconds, 0),
      6,
    );
  }
});

const ENDS: Readonly<Record<NetStrike['victim'], string>> = {
  worker: 'running null',
  compute: 'failed TrainerCrashed',
};

const inLongSuite = IS_LONG ? describe : describe.skip;

inLongSuite('every family, killed in a process of its own', () => {
  it.each(PROVEN_FAMILIES)(
    '%s: undisturbed = resumed in every part of its state, and not what its weights alone lead to',
    async (family) => {
      const proof = await prove(family, KILLS_OF_A_FAMILY, randomFromSeed(deriveSeed(SEED, 'proof', family)));
      expect(proof.kills).toHaveLength(KILLS_OF_A_FAMILY);
      expect(proof.resumed).toEqual(proof.undisturbed);
      expect(proof.weightsOnlyFrom).toBeGreaterThan(0);
      expect(proof.weightsOnly.weights).not.toBe(proof.undisturbed.weights);
    },
    TEST_LIMIT_MS,
  );
});
