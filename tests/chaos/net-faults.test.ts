import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { waitFor } from '../../cli/drill/wait';
import type { AttemptRecord } from '../../shared/store/attempts';
import { lostSteps } from '../../shared/store/attempts';
import type { ChaosHome } from '../support/chaos-home';
import { createChaosHome } from '../support/chaos-home';
import { freeze } from '../support/chaos-kills';
import type { NetRun } from '../support/chaos-nets';
import {
  CHAOS_SYMBOL,
  attemptsAt,
  documentOf,
  netActivity,
  netPlan,
  pidOf,
  recordOf,
  startNetRun,
  strikeFit,
  untilStep,
} from '../support/chaos-nets';
import type { Published } from '../support/chaos-store';
import { attemptsOf, computedAgain, contradictions, damagedIn, markersOf, publishedIn } from '../support/chaos-store';
import type { ChaosUi, ShownActivity } from '../support/chaos-ui';
import { openChaosUi } from '../support/chaos-ui';
import { signalProcess, untilTermPending } from '../support/processes';
import { temporalProgram } from '../support/temporal-server';

const TEST_LIMIT_MS = 300_000;
const SEE_LIMIT_MS = 60_000;
const FIT = netActivity('lstm');
/** Since the fit was last taken up. */
const UPDATES = 30;
/** Looks at a process, fifty a second, that find it asleep. */
const IDLE_LOOKS = 25;
describe('faults in the midst of a net’s fit, through the command, the server, the worker and its trainer', () => {
  let home: ChaosHome;
  let ui: ChaosUi;
  let undisturbed: { readonly published: Published; readonly symbols: readonly unknown[] };

  beforeAll(async () => {
    home = createChaosHome(netPlan(['lstm']));
    const calm = startRun('calm');
    const { symbols } = await documentOf(calm.command);
    undisturbed = { published: publishedIn(calm.storeRoot), symbols };
    ui = await openChaosUi(home.home);
  }, TEST_LIMIT_MS);

  // One that failed midway must not leave a worker that takes the next one's work.
  afterEach(() => {
    for (const { pid, role } of home.processes()) if (role !== 'server') signalProcess(pid, 'SIGKILL');
  });

  afterAll(async () => {
    await ui.close();
    const left = await home.stopAll();
    home.destroy();
    expect(left).toEqual([]);
  }, TEST_LIMIT_MS);

  it(
    'SIGSEGV of the trainer: TrainerCrashed, retried from the checkpoint',
    async () => {
      const run = startRun('segv');
      await strikeFit(run, { family: 'lstm', victim: 'compute', updates: UPDATES }, (pid) => {
        signalProcess(pid, 'SIGSEGV');
        signalProcess(pid, 'SIGCONT');
      });
      const shown = await untilShown(run, ({ lastFailure }) => lastFailure !== null);
      expect(shown.lastFailure).toMatchObject({
        code: 'TrainerCrashed',
        message: expect.stringMatching(/ended by SIGSEGV before it answered/) as string,
      });
      const { stdout } = await commandOn(run, 'failures').ended;
      expect(stdout).toMatch(
        /^GEN01 {2}train lstm-h20\+60-f0 {2}TrainerCrashed at [\d:]+ UTC: \d+ updates and [\d.]+ s thrown away$/m,
      );
      expect(stdout.split('\n')).toContain(`segv/${CHAOS_SYMBOL}  ${FIT}  attempt 2  TrainerCrashed`);
      const status = await commandOn(run, 'status').ended;
      expect(status.stdout).toMatch(/^interrupted once: \d+ updates and [\d.]+ s thrown away \(/m);

      const [lost, next] = await expectUndisturbed(run);
      expect(lost).toMatchObject({ outcome: 'failed', code: 'TrainerCrashed' });
      expect(next!.training!.resumedAtStep).toBeGreaterThanOrEqual(lost!.training!.savedStep);
      const { interruptions } = await recordOf(run);
      expect(interruptions).toMatchObject([{ code: 'TrainerCrashed', lostSteps: lostSteps(lost!) }]);
    },
    TEST_LIMIT_MS,
  );

  it(
    'paused from the Temporal CLI, then by `candlewick pause`: stops with a checkpoint, goes on, not a step lost',
    async () => {
      const run = startRun('paused');
      const activity = ['--workflow-id', workflowOf(run), '--activity-id', FIT];
      const afterFirst = await heldFit(run);
      temporal('activity', 'pause', ...activity);
      await untilShown(run, ({ isPaused }) => isPaused);
      await afterFirst();
      await untilStopped(run, 1);
      temporal('activity', 'unpause', ...activity);

      const afterSecond = await heldFit(run);
      expect((await commandOn(run, 'pause').ended).code).toBe(0);
      await afterSecond();
      await untilStopped(run, 2);
      expect(await ui.details(workflowOf(run))).toContain('| stage | train (paused) |');
      expect((await commandOn(run, 'unpause').ended).code).toBe(0);
      await expectNothingLost(run);
    },
    TEST_LIMIT_MS,
  );

  it(
    'SIGTERM of the worker, then Ctrl-C of the command and `resume`: handed back with a checkpoint, not a step lost',
    async () => {
      const run = startRun('stopped');
      const afterTerm = await heldFit(run);
      signalProcess(pidOf(run, 'worker'), 'SIGTERM');
      await afterTerm();
      await untilStopped(run, 1);

      const afterInterrupt = await heldFit(run);
      signalProcess(run.command.pid, 'SIGINT');
      await afterInterrupt();
      const { code, stderr } = await run.command.ended;
      expect(code).toBe(130);
      expect(stderr).toContain('Go on with: ./candlewick resume stopped');
      await expectNothingLost({ ...run, command: commandOn(run, 'resume', '--json') });
    },
    TEST_LIMIT_MS,
  );

  it(
    'two attempts alive at once: the older one is fenced off and cannot save or publish',
    async () => {
      const run = startRun('doubled');
      const older = await untilStep(run, 'lstm', 40);
      const [worker, trainer] = [pidOf(run, 'worker'), pidOf(run, 'compute')];
      await freeze(home, trainer);
      await freeze(home, worker);
      const second = commandOn(run, 'worker');
      const newer = await waitFor('a second attempt', SEE_LIMIT_MS, async () => {
        const found = (await attemptsAt(run, 'lstm')).find(({ attemptId }) => attemptId !== older.attemptId);
        return found?.training?.step === undefined ? null : found;
      });
      signalProcess(trainer, 'SIGCONT');
      await untilIdle(trainer);
      signalProcess(worker, 'SIGCONT');
      const [lost, next] = await expectUndisturbed(run);
      expect(lost!.attemptId).toBe(older.attemptId);
      expect(next).toMatchObject({ attemptId: newer.attemptId, outcome: 'published' });
      expect(next!.training!.resumedAtStep).toBeGreaterThanOrEqual(older.training.savedStep);
      expect(next!.host).not.toBe(lost!.host);
      expect(lost).toMatchObject({ code: 'Fenced' });
      expect((await recordOf(run)).interruptions).toMatchObject([{ code: 'Fenced', lostSteps: lostSteps(lost!) }]);
      signalProcess(second.pid, 'SIGTERM');
      await second.ended;
    },
    TEST_LIMIT_MS,
  );

  function startRun(runId: string): NetRun {
    return startNetRun(home, runId, join(home.home, `store-${runId}`));
  }

  function commandOn(run: NetRun, name: string, ...flags: string[]) {
    const args = name === 'worker' ? [] : [run.runId];
    return home.command([name, ...args, ...flags], { CANDLEWICK_STORE: run.storeRoot });
  }

  /** Stands still in the midst of the fit; to be called once it was told to stop, of which it then hears at its next step. */
  async function heldFit(run: NetRun): Promise<() => Promise<void>> {
    await strikeFit(run, { family: 'lstm', victim: 'compute', updates: UPDATES }, () => undefined);
    const trainer = pidOf(run, 'compute');
    return async () => {
      await untilTermPending(trainer, SEE_LIMIT_MS);
      signalProcess(trainer, 'SIGCONT');
    };
  }

  function temporal(...args: readonly string[]): void {
    execFileSync(temporalProgram(), [...args, '--address', ui.address]);
  }

  function untilShown({ runId }: NetRun, isWanted: (activity: ShownActivity) => boolean): Promise<ShownActivity> {
    return waitFor('the UI to show it', SEE_LIMIT_MS, async () => {
      const pending = await ui.pending(`${runId}/${CHAOS_SYMBOL}`);
      return pending.find((activity) => activity.id === FIT && isWanted(activity)) ?? null;
    });
  }

  function untilStopped(run: NetRun, times: number): Promise<true> {
    return waitFor('the fit to stop', SEE_LIMIT_MS, async () => {
      const stopped = (await attemptsAt(run, 'lstm')).filter(({ outcome }) => outcome === 'stopped');
      return stopped.length === times ? true : null;
    });
  }

  /** Its clock goes on, and it has nothing to do any more. */
  async function untilIdle(pid: number): Promise<void> {
    let idleLooks = 0;
    await waitFor('the trainer to have nothing to do', SEE_LIMIT_MS, () => {
      const isIdle = home.processes().find((process) => process.pid === pid)?.state === 'S';
      idleLooks = isIdle ? idleLooks + 1 : 0;
      return idleLooks >= IDLE_LOOKS ? true : null;
    });
  }

  /** Stopped twice with everything saved, each time gone on from that very step. */
  async function expectNothingLost(run: NetRun): Promise<void> {
    const fits = await expectUndisturbed(run, 3);
    for (const [i, stopped] of fits.slice(0, -1).entries()) {
      expect(stopped).toMatchObject({ outcome: 'stopped', code: null });
      expect(lostSteps(stopped)).toBe(0);
      expect(stopped.training!.step).toBeGreaterThanOrEqual(stopped.training!.resumedAtStep + UPDATES);
      expect(fits[i + 1]!.training!.resumedAtStep).toBe(stopped.training!.step);
    }
    const { interruptions } = await recordOf(run);
    const stop = { stage: 'train', code: null, outcome: 'stopped', lostSteps: 0 };
    expect(interruptions).toMatchObject([stop, stop]);
  }

  /** Its end is that of the undisturbed run, in every published bit; answers the attempts that led there. */
  async function expectUndisturbed(run: NetRun, attemptsAtIt = 2): Promise<readonly AttemptRecord[]> {
    const document = await documentOf(run.command);
    expect(document).toMatchObject({ status: 'done', symbols: undisturbed.symbols });
    expect(publishedIn(run.storeRoot)).toEqual(undisturbed.published);
    expect(damagedIn(run.storeRoot)).toEqual([]);
    const attempts = await attemptsOf(run.storeRoot, run.runId);
    expect(contradictions(markersOf(run.storeRoot), attempts)).toEqual([]);
    expect(computedAgain(markersOf(run.storeRoot), attempts)).toEqual([]);
    const fits = await attemptsAt(run, 'lstm');
    expect(fits).toHaveLength(attemptsAtIt);
    return fits;
  }
});

function workflowOf({ runId }: NetRun): string {
  return `${runId}/${CHAOS_SYMBOL}`;
}
