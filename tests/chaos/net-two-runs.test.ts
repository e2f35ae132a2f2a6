import { join } from 'node:path';
import { waitFor } from '../../cli/drill/wait';
import type { ChaosHome } from '../support/chaos-home';
import { createChaosHome } from '../support/chaos-home';
import type { NetRun } from '../support/chaos-nets';
import {
  CHAOS_SYMBOL,
  attemptsAt,
  documentOf,
  netActivity,
  netPlan,
  pidOf,
  startNetRun,
  untilStep,
} from '../support/chaos-nets';
import { attemptsOf, computedAgain, contradictions, damagedIn, markersOf, publishedIn } from '../support/chaos-store';
import { freeze } from '../support/chaos-kills';
import type { ChaosUi } from '../support/chaos-ui';
import { openChaosUi } from '../support/chaos-ui';
import { signalProcess } from '../support/processes';
import { lostSteps } from '../../shared/store/attempts';

const TEST_LIMIT_MS = 300_000;
const SEE_LIMIT_MS = 60_000;
/** Long enough that two more commands start, find the earlier stages and see the fit under way. */
const LONG_FIT = ['nets.maxEpochs=20', 'nets.patience=20'];

describe('three runs that train the same net on one state folder', () => {
  let home: ChaosHome;
  let ui: ChaosUi;

  beforeAll(() => {
    home = createChaosHome(netPlan(['lstm'], ...LONG_FIT));
  });
  afterAll(async () => {
    await ui.close();
    home.destroy();
  });

  it(
    'one trains at a time: the others wait, one goes on from the checkpoint of a cancelled one, one finds the result',
    async () => {
      const calm = startNetRun(home, 'calm', join(home.home, 'calm-store'));
      const expected = await documentOf(calm.command);
      ui = await openChaosUi(home.home);

      const first = startNetRun(home, 'first');
      await untilStep(first, 'lstm', 60);
      // Its clock stands still while the others start, however long that takes: it lives, and so they wait.
      const trainer = pidOf(first, 'compute');
      await freeze(home, trainer);
      const later = [startNetRun(home, 'second'), startNetRun(home, 'third')];
      await Promise.all(later.map((run) => untilWaitingFor(run, 'first')));
      expect((await Promise.all(later.map((run) => attemptsAt(run, 'lstm')))).flat()).toEqual([]);

      const cancelling = home.command(['cancel', 'first']).ended;
      await waitFor('the fit to be cancelled', SEE_LIMIT_MS, async () => {
        const pending = await ui.pending(`first/${CHAOS_SYMBOL}`);
        return pending.some(({ isCancelRequested }) => isCancelRequested) ? true : null;
      });
      signalProcess(trainer, 'SIGCONT');
      expect((await cancelling).code).toBe(0);
      expect((await first.command.ended).code).toBe(1);
      const documents = await Promise.all(later.map(({ command }) => documentOf(command)));
      expect(documents.map(({ symbols }) => symbols)).toEqual([expected.symbols, expected.symbols]);
      expect(publishedIn(home.storeRoot)).toEqual(publishedIn(calm.storeRoot));
      expect(damagedIn(home.storeRoot)).toEqual([]);

      const [stopped] = await attemptsAt(first, 'lstm');
      expect(stopped).toMatchObject({ outcome: 'stopped', code: null });
      expect(lostSteps(stopped!)).toBe(0);
      const fits = (await Promise.all(later.map((run) => attemptsAt(run, 'lstm')))).flat();
      const published = fits.filter(({ outcome }) => outcome === 'published');
      expect(published.map(({ training }) => training?.resumedAtStep)).toEqual([stopped!.training!.step]);
      // Both were let go in the same moment: the slower one is told so before it has done anything.
      const others = fits.filter(({ outcome }) => outcome !== 'published');
      expect(others.length).toBeLessThanOrEqual(1);
      for (const { code, training } of others) expect({ code, training }).toEqual({ code: 'Fenced', training: null });
      const attempts = (
        await Promise.all(['first', 'second', 'third'].map((id) => attemptsOf(home.storeRoot, id)))
      ).flat();
      expect(contradictions(markersOf(home.storeRoot), attempts)).toEqual([]);
      expect(computedAgain(markersOf(home.storeRoot), attempts)).toEqual([]);
      expect(await home.stopAll()).toEqual([]);
    },
    TEST_LIMIT_MS,
  );

  /** The UI says of the fit's activity whom it waits for. */
  async function untilWaitingFor({ runId }: NetRun, other: string): Promise<void> {
    const phase = await waitFor(`${runId} to wait for ${other}`, SEE_LIMIT_MS, async () => {
      const pending = await ui.pending(`${runId}/${CHAOS_SYMBOL}`).catch(() => []);
      const fit = pending.find(({ id }) => id === netActivity('lstm'));
      const said = fit?.heartbeat?.['phase'];
      return typeof said === 'string' && said.startsWith('waiting') ? said : null;
    });
    expect(phase).toMatch(new RegExp(`^waiting: run ${other} on \\S+#\\d+ computes the same$`));
  }
});
