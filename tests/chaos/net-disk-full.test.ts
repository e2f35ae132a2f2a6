import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../cli/drill/wait';
import { openFileStore } from '../../shared/store/open-store';
import type { ChaosHome } from '../support/chaos-home';
import { createChaosHome } from '../support/chaos-home';
import type { NetRun } from '../support/chaos-nets';
import {
  CHAOS_SYMBOL,
  attemptsAt,
  documentOf,
  netActivity,
  netPlan,
  startNetRun,
  untilStep,
} from '../support/chaos-nets';
import { attemptsOf, computedAgain, contradictions, damagedIn, markersOf, publishedIn } from '../support/chaos-store';
import type { ChaosUi } from '../support/chaos-ui';
import { openChaosUi } from '../support/chaos-ui';
import { canMakeSmallDisk } from '../support/small-disk';

const TEST_LIMIT_MS = 240_000;
const SEE_LIMIT_MS = 60_000;
const STORE_BYTES = 80_000_000;

let home: ChaosHome;
let ui: ChaosUi | null = null;

beforeAll(() => {
  home = createChaosHome({ ...netPlan(['lstm']), storeBytes: STORE_BYTES });
});
afterAll(async () => {
  await ui?.close();
  home.destroy();
});

// Checkpoints and artifacts on a store that answers ENOSPC are tested everywhere; here the disk is a real one.
const onRealDisk = canMakeSmallDisk(__dirname) ? it : it.skip;

onRealDisk(
  'a disk that is full in the midst of a net’s fit: StorageFull until there is room, nothing half-written, then on to the same bits',
  async () => {
    const started = startNetRun(home, 'full');
    // The disk is seen by the run and its server only, and by whoever looks through them.
    const server = await waitFor('the server', SEE_LIMIT_MS, () => {
      return home.processes().find(({ role }) => role === 'server')?.pid ?? null;
    });
    const run: NetRun = { ...started, storeRoot: `/proc/${String(server)}/root${home.storeRoot}` };
    await untilStep(run, 'lstm', 40);
    await waitFor('a checkpoint', SEE_LIMIT_MS, () => (checkpointBytes(run.storeRoot).length > 0 ? true : null));
    const ballast = join(run.storeRoot, 'ballast');
    fillUp(ballast);

    ui = await openChaosUi(home.home);
    const { pending } = ui;
    const failure = await waitFor('the fit to say why it does not go on', SEE_LIMIT_MS, async () => {
      const shown = (await pending(`full/${CHAOS_SYMBOL}`)).find(({ id }) => id === netActivity('lstm'));
      return shown?.lastFailure ?? null;
    });
    expect(failure.code).toBe('StorageFull');
    const { stdout } = await home.command(['failures', 'full']).ended;
    expect(stdout).toMatch(/^full\/GEN01 {2}train-lstm-GEN01-h20\+60-f0 {2}attempt \d+ {2}StorageFull$/m);
    expect(stdout).toContain('what to do: Free space; the activity goes on by itself.');
    const [key] = [...new Set((await attemptsAt(run, 'lstm')).map((attempt) => attempt.key))];
    const store = openFileStore(run.storeRoot, () => undefined);
    await waitFor(
      'nothing half-written to lie about',
      SEE_LIMIT_MS,
      () => temporaryFiles(run.storeRoot).length === 0 || null,
    );
    const saved = await store.checkpoints.holder(key!);
    expect(saved).not.toBeNull();

    rmSync(ballast);
    const document = await documentOf(run.command);
    expect(document).toMatchObject({ status: 'done' });
    const attempts = await attemptsOf(run.storeRoot, 'full');
    expect(contradictions(markersOf(run.storeRoot), attempts)).toEqual([]);
    expect(computedAgain(markersOf(run.storeRoot), attempts)).toEqual([]);
    expect(damagedIn(run.storeRoot)).toEqual([]);
    expect(temporaryFiles(run.storeRoot)).toEqual([]);
    const fits = await attemptsAt(run, 'lstm');
    expect(fits[0]).toMatchObject({ outcome: 'failed', code: 'StorageFull' });
    expect(fits.at(-1)).toMatchObject({ outcome: 'published' });
    expect(fits.at(-1)!.training!.resumedAtStep).toBeGreaterThanOrEqual(fits[0]!.training!.savedStep);
    expect(fits[0]!.training!.savedStep).toBeGreaterThan(0);

    const calm = startNetRun(home, 'calm', join(home.home, 'calm-store'));
    expect((await documentOf(calm.command)).symbols).toEqual(document.symbols);
    expect(publishedIn(run.storeRoot)).toEqual(publishedIn(calm.storeRoot));
    expect(await home.stopAll()).toEqual([]);
  },
  TEST_LIMIT_MS,
);

/** Takes every byte that is left. */
function fillUp(path: string): void {
  for (let bytes = 16_000_000; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    for (;;) {
      try {
        writeFileSync(path, Buffer.alloc(bytes, 1), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') break;
        throw error;
      }
    }
  }
}

function checkpointBytes(storeRoot: string): readonly string[] {
  return readdirSync(storeRoot, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('/markers/'));
}

/** What the store writes under before a name is given. */
function temporaryFiles(storeRoot: string): readonly string[] {
  return readdirSync(storeRoot, { recursive: true, encoding: 'utf8' }).filter((name) => name.startsWith('.tmp/'));
}
