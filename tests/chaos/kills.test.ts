import { waitFor } from '../../cli/drill/wait';
import type { ChaosHome, CommandEnd, RunningCommand } from '../support/chaos-home';
import { createChaosHome } from '../support/chaos-home';
import type { Instant, Place, PlannedKill, Strike } from '../support/chaos-kills';
import { drawKills, strikeTrainer, strikeWorker } from '../support/chaos-kills';
import type { Published } from '../support/chaos-store';
import {
  attemptsOf,
  computedAgain,
  contradictions,
  damagedIn,
  lostAttempts,
  markersOf,
  producersIn,
  publishedIn,
  refitsIn,
} from '../support/chaos-store';
import { signalProcess } from '../support/processes';

const SEED = Number(process.env.CANDLEWICK_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const KILLS = process.env.CANDLEWICK_LONG === '1' ? 20 : 5;
const RUN_ID = 'chaos';
/** Compute children, and so computations, at once. */
const AT_ONCE = 2;
const TEST_LIMIT_MS = 300_000;
const END_LIMIT_MS = 60_000;
const AT_ONCE_AFTER: Instant = { of: 'computations', ordinal: 1, delayMs: 0 };

/** The part of `run --json` that is looked at. */
interface ResultDocument {
  readonly status: string;
  readonly wastedSeconds: number;
  readonly symbols: readonly unknown[];
}

process.stderr.write(`chaos: kills are drawn from CANDLEWICK_CHAOS_SEED=${String(SEED)}\n`);

describe(`kills drawn from CANDLEWICK_CHAOS_SEED=${String(SEED)}`, () => {
  let undisturbed: { readonly published: Published; readonly symbols: readonly unknown[] };
  const homes: ChaosHome[] = [];

  beforeAll(async () => {
    const quiet = createChaosHome();
    try {
      const { symbols, wastedSeconds } = documentOf(await quiet.run(RUN_ID).ended);
      undisturbed = { published: publishedIn(quiet.storeRoot), symbols };
      expect(wastedSeconds).toBe(0);
      expect(refitsIn(await attemptsOf(quiet.storeRoot, RUN_ID))).toBe(0);
      expect(await quiet.stopAll()).toEqual([]);
    } finally {
      quiet.destroy();
    }
  }, TEST_LIMIT_MS);

  afterEach(() => {
    for (const home of homes.splice(0)) home.destroy();
  });

  it('has something to compare: every kind of result, of both symbols', () => {
    const outputs = Object.values(undisturbed.published).flatMap((entry) => Object.values(entry.outputs));
    const kinds = new Set(outputs.map((output) => output.split(' ')[0]));
    const wanted = ['bars', 'features', 'labels', 'folds', 'fit', 'calibrators', 'predictions', 'evaluation', 'bundle'];
    expect([...kinds]).toEqual(expect.arrayContaining(wanted));
    expect(undisturbed.symbols).toHaveLength(2);
  });

  it.each(drawKills(SEED, KILLS))(
    'kill $index, $kind, at $instant: the run ends as if nothing had happened',
    async ({ kind, instant }) => {
      const home = createChaosHome();
      homes.push(home);
      const { document, strikes } = await KILL[kind](home, instant);
      await expectUndisturbed(home, document, strikes);
      expect(await home.stopAll()).toEqual([]);
    },
    TEST_LIMIT_MS,
  );

  async function expectUndisturbed(
    home: ChaosHome,
    document: ResultDocument,
    strikes: readonly Strike[],
  ): Promise<void> {
    const attempts = await attemptsOf(home.storeRoot, RUN_ID);
    const markers = markersOf(home.storeRoot);
    expect(publishedIn(home.storeRoot)).toEqual(undisturbed.published);
    expect(document).toMatchObject({ status: 'done', symbols: undisturbed.symbols });
    expect(damagedIn(home.storeRoot)).toEqual([]);
    expect(contradictions(markers, attempts)).toEqual([]);
    expect(computedAgain(markers, attempts)).toEqual([]);
    for (const strike of strikes) expect(producersIn(markers)).toMatchObject(strike.published);

    const lost = lostAttempts(attempts);
    const struck = strikes.flatMap(({ running }) => running.map(({ attemptId }) => attemptId));
    expect(struck.length).toBeGreaterThan(0);
    expect(refitsIn(attempts)).toBeLessThanOrEqual(strikes.length * AT_ONCE);
    expect(refitsIn(attempts)).toBeLessThanOrEqual(lost.length);
    const wasted = lost.reduce((sum, a) => sum + ((a.endedAtMs ?? a.lastSeenMs) - a.startedAtMs) / 1000, 0);
    expect(document.wastedSeconds).toBeCloseTo(wasted, 6);
  }
});

interface Outcome {
  readonly document: ResultDocument;
  readonly strikes: readonly Strike[];
}

const KILL: Readonly<Record<PlannedKill['kind'], (home: ChaosHome, instant: Instant) => Promise<Outcome>>> = {
  worker: killWorker,
  trainer: killTrainer,
  everything: killEverything,
  stop: stopTwice,
};

/** The command notices, says so, starts another worker, and the run goes on by itself. */
async function killWorker(home: ChaosHome, instant: Instant): Promise<Outcome> {
  const command = home.run(RUN_ID);
  let family: readonly number[] = [];
  const strike = await strikeWorker(await placeOf(home, command), instant, (workerPid) => {
    family = pidsOf(home, ({ pid, parentPid }) => pid === workerPid || parentPid === workerPid);
    signalProcess(workerPid, 'SIGKILL');
  });
  await allGone(home, family);
  const end = await command.ended;
  expect(end.stderr).toContain('ended by itself');
  await expectLostOnly(home, strike, 'running');
  return { document: documentOf(end), strikes: [strike] };
}

/** Only the fit in the child is lost, told as what it is, and fitted again. */
async function killTrainer(home: ChaosHome, instant: Instant): Promise<Outcome> {
  const command = home.run(RUN_ID);
  const strike = await strikeTrainer(await placeOf(home, command), instant);
  const end = await command.ended;
  expect(end.stderr).not.toContain('ended by itself');
  const lost = await expectLostOnly(home, strike, 'failed');
  expect(lost.map(({ code }) => code)).toEqual(['TrainerCrashed']);
  expect(refitsIn(await attemptsOf(home.storeRoot, RUN_ID))).toBe(1);
  expect(lost[0]!.endedAtMs).toBeGreaterThanOrEqual(strike.killedAtMs);
  const document = documentOf(end);
  expect(document.wastedSeconds).toBeGreaterThanOrEqual((strike.killedAtMs - lost[0]!.startedAtMs) / 1000);
  return { document, strikes: [strike] };
}

/** Nobody is left to notice: `resume` in the same state folder brings everything back. */
async function killEverything(home: ChaosHome, instant: Instant): Promise<Outcome> {
  const command = home.run(RUN_ID);
  const strike = await strikeWorker(await placeOf(home, command), instant, (workerPid) => {
    const servers = pidsOf(home, ({ role }) => role === 'server');
    expect(servers).toHaveLength(1);
    for (const pid of [command.pid, workerPid, ...servers]) signalProcess(pid, 'SIGKILL');
  });
  expect((await command.ended).signal).toBe('SIGKILL');
  await allGone(home, null);
  const document = documentOf(await home.command(['resume', '--json']).ended);
  await expectLostOnly(home, strike, 'running');
  return { document, strikes: [strike] };
}

/** SIGTERM, then SIGINT to the command that resumed: both stop in order and leave no computation in the dark. */
async function stopTwice(home: ChaosHome, instant: Instant): Promise<Outcome> {
  const first = await stopOnce(home, home.run(RUN_ID), instant, { signal: 'SIGTERM', exitCode: 143 });
  const second = await stopOnce(home, home.command(['resume', '--json']), AT_ONCE_AFTER, {
    signal: 'SIGINT',
    exitCode: 130,
  });
  return { document: documentOf(await home.command(['resume', '--json']).ended), strikes: [first, second] };
}

async function stopOnce(
  home: ChaosHome,
  command: RunningCommand,
  instant: Instant,
  { signal, exitCode }: { readonly signal: 'SIGTERM' | 'SIGINT'; readonly exitCode: number },
): Promise<Strike> {
  const strike = await strikeWorker(await placeOf(home, command), instant, (workerPid) => {
    signalProcess(command.pid, signal);
    signalProcess(workerPid, 'SIGCONT');
  });
  const { code, stdout, stderr } = await command.ended;
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr).toContain(`Go on with: ./candlewick resume ${RUN_ID}`);
  expect(home.processes().map(({ role }) => role)).toEqual(['server']);
  const outcomes = lostAttempts(await attemptsOf(home.storeRoot, RUN_ID)).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome !== 'stopped')).toEqual([]);
  return strike;
}

/** What was lost is among what the kill met, and ended as it must. */
async function expectLostOnly(home: ChaosHome, strike: Strike, outcome: 'running' | 'failed') {
  const lost = lostAttempts(await attemptsOf(home.storeRoot, RUN_ID));
  const struck = strike.running.map(({ attemptId }) => attemptId);
  expect(struck).toEqual(expect.arrayContaining(lost.map(({ attemptId }) => attemptId)));
  expect(lost.map((attempt) => attempt.outcome)).toEqual(lost.map(() => outcome));
  if (outcome === 'running') {
    expect(lost).toHaveLength(struck.length);
    // A killed worker was last seen before it was killed.
    for (const { lastSeenMs } of lost) expect(lastSeenMs).toBeLessThanOrEqual(strike.killedAtMs);
  }
  return lost;
}

async function placeOf(home: ChaosHome, command: RunningCommand): Promise<Place> {
  const earlier = (await attemptsOf(home.storeRoot, RUN_ID)).map(({ attemptId }) => attemptId);
  return { home, runId: RUN_ID, command, earlier: new Set(earlier) };
}

function pidsOf(home: ChaosHome, wanted: (process: ReturnType<ChaosHome['processes']>[number]) => boolean) {
  return home
    .processes()
    .filter(wanted)
    .map(({ pid }) => pid);
}

/** Waits until these processes, or all of the state folder, have ended by themselves. */
async function allGone(home: ChaosHome, pids: readonly number[] | null): Promise<void> {
  const awaited = pids === null ? 'every process' : `processes ${pids.join(', ')}`;
  await waitFor(`${awaited} to end without being told`, END_LIMIT_MS, () => {
    const left = home.processes().filter(({ pid }) => pids === null || pids.includes(pid));
    return left.length === 0 ? true : null;
  });
}

function documentOf({ code, stdout, stderr }: CommandEnd): ResultDocument {
  if (code !== 0) throw new Error(`the command ended with ${String(code)}:\n${stderr}`);
  return JSON.parse(stdout) as ResultDocument;
}
